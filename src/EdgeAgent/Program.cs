using EdgeAgent.Commands;
using EdgeAgent.Outputs;

NativeLibraries.Register();
return CommandLine.Run(args, Console.Error);
