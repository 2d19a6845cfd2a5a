using EdgeAgent.Cli;
using EdgeAgent.Libraries;

NativeLibraries.Register();
return CommandLine.Run(args, Console.Error);
