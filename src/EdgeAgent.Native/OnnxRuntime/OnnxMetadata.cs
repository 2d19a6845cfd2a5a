namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>What a model file says of itself.</summary>
/// <param name="Producer">Name of the tool that wrote it.</param>
/// <param name="GraphName">Name of the graph.</param>
/// <param name="Description">Description, often empty.</param>
/// <param name="Version">Version number in the file.</param>
/// <param name="Custom">Own keys and values, in the file's order.</param>
public sealed unsafe record OnnxMetadata(
    string Producer, string GraphName, string Description, long Version, IReadOnlyList<KeyValuePair<string, string>> Custom)
{
    internal static OnnxMetadata Read(OnnxLibrary library, nint session)
    {
        nint handle;
        library.Check(((delegate* unmanaged<nint, nint*, nint>)library[OrtFunction.SessionGetModelMetadata])(session, &handle));
        try
        {
            long version;
            library.Check(((delegate* unmanaged<nint, long*, nint>)library[OrtFunction.ModelMetadataGetVersion])(handle, &version));
            return new OnnxMetadata(
                Text(library, handle, OrtFunction.ModelMetadataGetProducerName), Text(library, handle, OrtFunction.ModelMetadataGetGraphName),
                Text(library, handle, OrtFunction.ModelMetadataGetDescription), version, ReadCustom(library, handle));
        }
        finally
        {
            library.Release(OrtFunction.ReleaseModelMetadata, handle);
        }
    }

    static string Text(OnnxLibrary library, nint handle, int function)
    {
        nint text;
        library.Check(((delegate* unmanaged<nint, nint, nint*, nint>)library[function])(handle, library.DefaultAllocator, &text));
        return library.TakeText(text);
    }

    static List<KeyValuePair<string, string>> ReadCustom(OnnxLibrary library, nint handle)
    {
        nint* keys = null;
        long count;
        library.Check(((delegate* unmanaged<nint, nint, nint**, long*, nint>)library[OrtFunction.ModelMetadataGetCustomMetadataMapKeys])(
            handle, library.DefaultAllocator, &keys, &count));
        var list = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < count; i++)
        {
            nint value;
            library.Check(((delegate* unmanaged<nint, nint, nint, nint*, nint>)library[OrtFunction.ModelMetadataLookupCustomMetadataMap])(
                handle, library.DefaultAllocator, keys[i], &value));
            list.Add(new(library.TakeText(keys[i]), value == 0 ? "" : library.TakeText(value)));
        }

        if (keys is not null) library.Check(((delegate* unmanaged<nint, nint, nint>)library[OrtFunction.AllocatorFree])(library.DefaultAllocator, (nint)keys));
        return list;
    }
}
