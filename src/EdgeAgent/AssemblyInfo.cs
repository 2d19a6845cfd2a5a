using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("EdgeAgent.Tests")]
[assembly: InternalsVisibleTo("edge-bench")]
[assembly: InternalsVisibleTo("edge-packages")]
