using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Native.Kafka;

/// <summary>Asks a cluster for one number of a topic's configuration (<c>rd_kafka_DescribeConfigs</c>, rdkafka.h 2.16).</summary>
/// <remarks>Needs the right to describe configurations, which many users have not: no answer is no fault.</remarks>
static unsafe class TopicConfig
{
    const int DescribeConfigs = 5; // RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS
    const int TopicResource = 2; // RD_KAFKA_RESOURCE_TOPIC

    /// <summary>The number; null when the cluster does not tell.</summary>
    /// <param name="library">librdkafka.</param>
    /// <param name="client">An <c>rd_kafka_t</c>.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="name">Which number.</param>
    /// <param name="timeoutMs">How long to wait [ms].</param>
    public static int? Find(nint library, nint client, string topic, string name, int timeoutMs)
    {
        nint resource, options, queue;
        fixed (byte* bytes = Encoding.UTF8.GetBytes(topic + '\0'))
            resource = ((delegate* unmanaged<int, byte*, nint>)NativeLibrary.GetExport(library, "rd_kafka_ConfigResource_new"))(
                TopicResource, bytes);
        options = ((delegate* unmanaged<nint, int, nint>)NativeLibrary.GetExport(library, "rd_kafka_AdminOptions_new"))(client,
            DescribeConfigs);
        queue = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "rd_kafka_queue_new"))(client);
        ((delegate* unmanaged<nint, nint*, nuint, nint, nint, void>)NativeLibrary.GetExport(library, "rd_kafka_DescribeConfigs"))(client,
            &resource, 1, options, queue);
        var answer = ((delegate* unmanaged<nint, int, nint>)NativeLibrary.GetExport(library, "rd_kafka_queue_poll"))(queue, timeoutMs);
        int? found = null;
        if (answer != 0)
        {
            found = Read(library, answer, name);
            Free(library, "rd_kafka_event_destroy", answer);
        }

        Free(library, "rd_kafka_queue_destroy", queue);
        Free(library, "rd_kafka_AdminOptions_destroy", options);
        Free(library, "rd_kafka_ConfigResource_destroy", resource);
        return found;
    }

    static int? Read(nint library, nint answer, string name)
    {
        if (((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "rd_kafka_event_error"))(answer) != 0) return null;
        var result = ((delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "rd_kafka_event_DescribeConfigs_result"))(answer);
        if (result == 0) return null;
        nuint count;
        var resources = ((delegate* unmanaged<nint, nuint*, nint*>)NativeLibrary.GetExport(library,
            "rd_kafka_DescribeConfigs_result_resources"))(result, &count);
        if (count == 0 || ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "rd_kafka_ConfigResource_error"))(resources[0])
            != 0) return null;
        var entries = ((delegate* unmanaged<nint, nuint*, nint*>)NativeLibrary.GetExport(library, "rd_kafka_ConfigResource_configs"))(
            resources[0], &count);
        var nameOf = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(library, "rd_kafka_ConfigEntry_name");
        var valueOf = (delegate* unmanaged<nint, byte*>)NativeLibrary.GetExport(library, "rd_kafka_ConfigEntry_value");
        for (nuint i = 0; i < count; i++)
            if (Marshal.PtrToStringUTF8((nint)nameOf(entries[i])) == name)
                return int.TryParse(Marshal.PtrToStringUTF8((nint)valueOf(entries[i])), CultureInfo.InvariantCulture, out var value) ? value
                    : null;
        return null;
    }

    static void Free(nint library, string function, nint what) =>
        ((delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, function))(what);
}
