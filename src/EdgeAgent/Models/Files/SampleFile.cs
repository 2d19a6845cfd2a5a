using System.Text.Json;

namespace EdgeAgent.Models.Files;

/// <summary>Recorded rows of features a model has to prove itself on: a JSON list of rows, each a list of numbers as they came,
/// before scaling.</summary>
/// <remarks>At most 4 MiB.</remarks>
static class SampleFile
{
    const long MaxBytes = 4 << 20;

    /// <summary>The rows.</summary>
    /// <exception cref="ModelException">The file cannot be read, is no sample, or its rows have another length.</exception>
    public static double[][] Read(string model, string path, int features)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
                throw new ModelException(model, $"{path} has {stream.Length} bytes, a sample at most {MaxBytes}.") { Key = "sample" };
            using var json = JsonDocument.Parse(stream);
            double[][] rows = [
                .. json.RootElement.EnumerateArray().Select(row => row.EnumerateArray().Select(n => n.GetDouble()).ToArray())];
            for (var i = 0; i < rows.Length; i++)
                if (rows[i].Length != features)
                    throw new ModelException(model, $"{path}: row {i + 1} has {rows[i].Length} numbers, {features} were expected.")
                        { Key = "sample" };
            return rows.Length > 0 ? rows : throw new ModelException(model, $"{path} has no rows.") { Key = "sample" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(model, $"the sample {path} cannot be read: {e.Message}", e) { Key = "sample" };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ModelException(model,
                $"{path} is not a sample (a JSON list of lists of numbers): {e.Message.ReplaceLineEndings(" ")}", e)
                { Key = "sample" };
        }
    }

    /// <summary>A file of <paramref name="rows"/>.</summary>
    public static byte[] Bytes(IReadOnlyList<double[]> rows)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var number in row) json.WriteNumberValue(number);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}
