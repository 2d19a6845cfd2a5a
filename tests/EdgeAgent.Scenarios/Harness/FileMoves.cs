namespace EdgeAgent.Scenarios.Harness;

/// <summary>Files put in place whole, as an installer does: a half-written one is never seen.</summary>
static class FileMoves
{
    /// <summary>Renames the file at <paramref name="path"/> over <paramref name="target"/>.</summary>
    public static void MoveOver(this string path, string target) => File.Move(path, target, overwrite: true);
}
