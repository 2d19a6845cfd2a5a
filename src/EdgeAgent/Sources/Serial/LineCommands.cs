using EdgeAgent.Core.Commands;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources.Serial;

/// <summary>Sends the bytes of commands on a line. Source thread.</summary>
sealed class LineCommands(CommandInbox inbox, CommandRules rules)
{
    /// <summary>Sends all that wait.</summary>
    public void Send(SerialPort port)
    {
        while (inbox.TryTake() is { } command)
        {
            var bytes = ((LineWriteSettings)rules.Writes[command.Write]).Render(command.Value, out var written);
            var answer = CommandAnswer.To(command, CommandResult.Sent) with { Written = command.TakesValue ? written : null };
            try
            {
                port.Write(bytes);
            }
            catch (SerialException e)
            {
                // A port that is gone says so at the next read.
                answer = answer with { Result = CommandResult.Unknown, Error = $"{e.Message} A part of the bytes may have been sent" };
            }

            inbox.Finish(command, answer);
        }
    }

    /// <summary>The port is closed.</summary>
    public void Close(string why) => inbox.Close(why);
}
