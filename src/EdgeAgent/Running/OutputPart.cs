using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Outputs;

namespace EdgeAgent.Running;

/// <summary>An output that runs.</summary>
/// <param name="Settings">What it was made of.</param>
/// <param name="Pump">Its thread.</param>
/// <param name="Immediate">The output itself when it is shown alerts before their commit; null otherwise.</param>
sealed record OutputPart(OutputSettings Settings, OutputPump Pump, IImmediateOutput? Immediate);
