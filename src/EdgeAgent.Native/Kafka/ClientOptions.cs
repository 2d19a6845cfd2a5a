using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Options of a client as librdkafka takes them, through its C interface (<c>rdkafka.h</c> 2.16).</summary>
/// <remarks>What it says of an option it refuses holds the option's value.</remarks>
public static unsafe class ClientOptions
{
    const int Producer = 0, Ok = 0, Unknown = -2; // rd_kafka_conf_res_t
    const int ErrorBytes = 512;

    /// <summary>What librdkafka says of an option; null when it takes it.</summary>
    /// <param name="library">Path or name of librdkafka.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Its value.</param>
    public static RefusedOption? WhyNot(string library, string name, string value)
    {
        var handle = NativeLibrary.Load(library);
        var configuration = New(handle);
        var code = Set(handle, configuration, name, value, out var reason);
        Free(handle, configuration);
        return code == Ok ? null : new(code == Unknown, reason);
    }

    /// <summary>What librdkafka says when a producer does not start with these options; null when it does. With no address among them it
    /// connects to nothing.</summary>
    public static string? WhyNot(string library, IEnumerable<KeyValuePair<string, string>> options)
    {
        var handle = NativeLibrary.Load(library);
        var configuration = Make(handle, options, out var reason);
        if (configuration == 0) return reason;
        ((delegate* unmanaged<nint, nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_set_log_cb"))(configuration, 0);
        var error = stackalloc byte[ErrorBytes];
        var client = ((delegate* unmanaged<int, nint, byte*, nuint, nint>)NativeLibrary.GetExport(handle, "rd_kafka_new"))(Producer,
            configuration, error, ErrorBytes);
        if (client != 0)
        {
            ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_destroy"))(client);
            return null;
        }

        Free(handle, configuration);
        return Text(error);
    }

    /// <summary>A configuration with these options, which the caller frees or makes a client of; 0 and what librdkafka says of the first
    /// that it refuses.</summary>
    internal static nint Make(nint handle, IEnumerable<KeyValuePair<string, string>> options, out string reason)
    {
        reason = "";
        var configuration = New(handle);
        foreach (var (name, value) in options)
        {
            if (Set(handle, configuration, name, value, out reason) == Ok) continue;
            Free(handle, configuration);
            return 0;
        }

        return configuration;
    }

    /// <summary>Frees a configuration that no client was made of.</summary>
    internal static void Free(nint handle, nint configuration) =>
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "rd_kafka_conf_destroy"))(configuration);

    static nint New(nint handle) => ((delegate* unmanaged<nint>)NativeLibrary.GetExport(handle, "rd_kafka_conf_new"))();

    static int Set(nint handle, nint configuration, string name, string value, out string reason)
    {
        var error = stackalloc byte[ErrorBytes];
        int code;
        // The arrays end in a zero and outlive the call, which copies them.
        fixed (byte* nameBytes = Encoding.UTF8.GetBytes(name + '\0'), valueBytes = Encoding.UTF8.GetBytes(value + '\0'))
            code = ((delegate* unmanaged<nint, byte*, byte*, byte*, nuint, int>)NativeLibrary.GetExport(handle, "rd_kafka_conf_set"))(
                configuration, nameBytes, valueBytes, error, ErrorBytes);
        reason = code == Ok ? "" : Text(error).TrimEnd();
        return code;
    }

    static string Text(byte* terminated) => Marshal.PtrToStringUTF8((nint)terminated) ?? "";
}
