namespace EdgeAgent.Tests;

/// <summary>Finds files of the repository from the folder of the test binary.</summary>
static class Repository
{
    /// <summary>The folder that holds EdgeAgent.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "EdgeAgent.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("EdgeAgent.sln is not above the test binary");
    }
}
