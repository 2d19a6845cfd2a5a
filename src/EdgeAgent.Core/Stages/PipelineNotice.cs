using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Stages;

/// <summary>A sample of something a person should know: of whom, what was seen, what to do.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Labels">Labels of the series or group.</param>
/// <param name="Text">What was seen and the remedy; whole sentences without the labels.</param>
public sealed record PipelineNotice(NoticeKind Kind, LabelSet Labels, string Text);
