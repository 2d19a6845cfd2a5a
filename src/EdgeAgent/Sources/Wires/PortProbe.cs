using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using EdgeAgent.Probes;

namespace EdgeAgent.Sources.Wires;

/// <summary>What <c>check --connect</c> finds out about a serial port; sends nothing on it.</summary>
/// <remarks>A port is opened and set as the agent would; one that is in use is there, which is all that is asked.
/// A unit behind it is not asked for anything.</remarks>
static class PortProbe
{
    /// <summary>Opens the port of <paramref name="line"/> and closes it.</summary>
    public static ProbeLine Run(SerialLineSettings line)
    {
        try
        {
            SerialPort.Open(line).Dispose();
            return ProbeLine.Good($"{line.Path} is there and takes {line.Baud} baud; nothing was sent");
        }
        catch (SerialException e) when (e.Failure == SerialFailure.InUse)
        {
            return ProbeLine.Good($"{line.Path} is there, and in use now: {e.Message}");
        }
        catch (SerialException e)
        {
            return ProbeLine.Failed(e.Message);
        }
    }
}
