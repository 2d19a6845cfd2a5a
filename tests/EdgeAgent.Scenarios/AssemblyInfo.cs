// Scenarios start servers and kill processes: one at a time, so that a busy machine does not make them wait on each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
