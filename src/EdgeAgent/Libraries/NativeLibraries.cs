using System.Runtime.InteropServices;
using Confluent.Kafka;
using SQLitePCL;

namespace EdgeAgent.Libraries;

/// <summary>Where the native libraries are and which ones they are.</summary>
/// <remarks>
/// Looked for beside the binary, then in the folder <c>EDGE_AGENT_NATIVE_DIR</c>, then, for a binary inside a checkout, in
/// its <c>artifacts/onnx/&lt;rid&gt;</c> (where <c>scripts/publish</c> leaves the optional one), and last by the system's loader.
/// Any thread.
/// </remarks>
public static class NativeLibraries
{
    static int _registered;

    delegate nint VersionText();

    delegate nint VersionTextOf(int what);

    delegate nint OrtApiBase();

    /// <summary>Makes Confluent.Kafka load its libraries from where they are. Before its first use; repeats do nothing.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) != 0) return;
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, (name, _, _) => name switch
        {
            "librdkafka" => NativeLibrary.Load(Find("librdkafka.so.1") ?? "librdkafka.so.1"),
            "libdl" => NativeLibrary.Load("libdl.so.2"),
            _ => 0,
        });
    }

    /// <summary>Path of a library such as <c>libonnxruntime.so.1</c>, or null when only the system's loader may have it.</summary>
    public static string? Find(string fileName)
    {
        foreach (var folder in Folders())
        {
            var path = Path.Combine(folder, fileName);
            if (File.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>Why a library cannot be loaded and what to do, as a sentence; null when it can.</summary>
    public static string? WhyNot(string fileName)
    {
        try
        {
            NativeLibrary.Load(Find(fileName) ?? fileName);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return Explain(fileName, e.Message);
        }
    }

    /// <summary>What the agent cannot start without and is not here, as a sentence; null when all is there.</summary>
    /// <remarks>Without OpenSSL the runtime ends the process at the first random number, in one line that names no package.</remarks>
    public static string? MissingToRun()
    {
        try
        {
            Batteries_V2.Init();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            return Explain("libe_sqlite3.so", e.InnerException?.Message ?? e.Message);
        }

        return WhyNot("libssl.so.3");
    }

    /// <summary>The loader's message in one sentence: which file is missing, and where it comes from.</summary>
    internal static string Explain(string fileName, string message)
    {
        const string Mark = ": cannot open shared object file";
        var own = fileName.Split(".so")[0].Replace("lib", "", StringComparison.Ordinal);
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var missing = lines.Where(line => line.Contains(Mark, StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf(Mark, StringComparison.Ordinal)])
            .ToList();
        var needed = missing.Find(name => !name.Contains(own, StringComparison.Ordinal))
            ?? (fileName.StartsWith("libssl", StringComparison.Ordinal) ? fileName : null);
        return needed switch
        {
            _ when missing.Count == 0 => lines.Length > 1 ? $"{fileName}: {lines[^1]}" : message,
            null => $"{fileName} is not there. Copy it to the folder of edge-agent.",
            "libssl.so.3" or "libcrypto.so.3" =>
                $"OpenSSL 3 is missing on this machine ({needed}). Install it; on Debian: apt-get install libssl3.",
            "libstdc++.so.6" => $"{fileName} needs {needed}, which is missing on this machine. On Debian: apt-get install libstdc++6.",
            _ => $"{fileName} needs {needed}, which is missing on this machine.",
        };
    }

    /// <summary>Loads each library and gives its name, version and path. What cannot be loaded has the reason as its version.</summary>
    public static IReadOnlyList<LibraryInfo> Describe()
    {
        Register();
        return
        [
            Entry("librdkafka", "librdkafka.so.1",
                () => WhyNot("librdkafka.so.1") is { } why ? throw new DllNotFoundException(why) : Library.VersionString),
            Entry("SQLite", "libe_sqlite3.so", () =>
            {
                Batteries_V2.Init();
                return raw.sqlite3_libversion().utf8_to_string();
            }),
            Entry("OpenSSL", "libcrypto.so.3", () => Text(Export<VersionTextOf>("libcrypto.so.3", "OpenSSL_version")(0))),
            Entry("glibc", "libc.so.6", () => Text(Export<VersionText>("libc.so.6", "gnu_get_libc_version")())),
            Entry("ONNX Runtime (optional)", "libonnxruntime.so.1", OnnxVersion),
        ];
    }

    /// <summary>Where libraries are looked for, in this order.</summary>
    internal static IEnumerable<string> Folders()
    {
        yield return AppContext.BaseDirectory;
        if (Environment.GetEnvironmentVariable("EDGE_AGENT_NATIVE_DIR") is { Length: > 0 } named) yield return named;
        // Only inside a checkout: a folder above an installed binary may be writable by others.
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "EdgeAgent.sln"))) continue;
            yield return Path.Combine(folder.FullName, "artifacts", "onnx",
                RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64");
            yield break;
        }
    }

    static LibraryInfo Entry(string name, string fileName, Func<string> version)
    {
        try
        {
            return new(name, version(), LoadedPath(fileName) ?? "inside the binary or unknown");
        }
        catch (Exception e)
            when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or TypeInitializationException
                or KafkaException or InvalidOperationException)
        {
            return new(name, $"not loaded: {Explain(fileName, e.InnerException?.Message ?? e.Message)}", Find(fileName) ?? "not found");
        }
    }

    static string OnnxVersion()
    {
        var path = Find("libonnxruntime.so.1") ?? throw new DllNotFoundException("not there; only pipelines with a model need it");
        // struct OrtApiBase { GetApi; GetVersionString } of onnxruntime_c_api.h.
        var apiBase = Export<OrtApiBase>(path, "OrtGetApiBase")();
        var getVersion = Marshal.ReadIntPtr(apiBase, nint.Size);
        return Text(Marshal.GetDelegateForFunctionPointer<VersionText>(getVersion)());
    }

    static T Export<T>(string library, string function)
        where T : Delegate =>
        Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(NativeLibrary.Load(library), function));

    static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";

    static string? LoadedPath(string fileName)
    {
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var at = line.IndexOf('/');
            if (at >= 0 && line.EndsWith("/" + fileName, StringComparison.Ordinal)) return line[at..];
        }

        return null;
    }
}
