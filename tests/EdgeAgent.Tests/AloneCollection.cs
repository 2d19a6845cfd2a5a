using Xunit;

namespace EdgeAgent.Tests;

/// <summary>Tests that measure the process itself: they run after the others, one at a time.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
