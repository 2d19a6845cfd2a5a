namespace EdgeAgent.Native.OnnxRuntime;

/// <summary>Places of the functions used here in ONNX Runtime's function table (<c>struct OrtApi</c>).</summary>
/// <remarks>
/// The table only ever grows at its end, so a place is good for every library whose API version is at least
/// <see cref="ApiVersion"/>. Source: <c>onnxruntime_c_api.h</c>, order of the members of <c>OrtApi</c>.
/// </remarks>
static class OrtFunction
{
    /// <summary>The table version asked for: the first one that holds <see cref="AllocatorGetStats"/>.</summary>
    public const uint ApiVersion = 23;

    public const int
        GetErrorCode = 1, GetErrorMessage = 2, CreateEnv = 3, DisableTelemetryEvents = 6, CreateSessionFromArray = 8, Run = 9,
        CreateSessionOptions = 10, DisableMemPattern = 17, DisableCpuMemArena = 19, SetSessionLogSeverityLevel = 22,
        SetSessionGraphOptimizationLevel = 23, SetIntraOpNumThreads = 24, SetInterOpNumThreads = 25,
        SessionGetInputCount = 30, SessionGetOutputCount = 31, SessionGetInputTypeInfo = 33, SessionGetOutputTypeInfo = 34,
        SessionGetInputName = 36, SessionGetOutputName = 37,
        CreateRunOptions = 39, RunOptionsSetTerminate = 46, RunOptionsUnsetTerminate = 47,
        CreateTensorWithDataAsOrtValue = 49, GetTensorMutableData = 51, CastTypeInfoToTensorInfo = 55, GetOnnxTypeFromTypeInfo = 56,
        GetTensorElementType = 60, GetDimensionsCount = 61, GetDimensions = 62, GetSymbolicDimensions = 63,
        GetTensorShapeElementCount = 64, GetTensorTypeAndShape = 65, GetValueType = 67, CreateCpuMemoryInfo = 69,
        AllocatorFree = 76, GetAllocatorWithDefaultOptions = 78, GetValue = 80, GetValueCount = 81,
        ReleaseEnv = 92, ReleaseStatus = 93, ReleaseMemoryInfo = 94, ReleaseSession = 95, ReleaseValue = 96, ReleaseRunOptions = 97,
        ReleaseTypeInfo = 98, ReleaseTensorTypeAndShapeInfo = 99, ReleaseSessionOptions = 100,
        CastTypeInfoToMapTypeInfo = 103, CastTypeInfoToSequenceTypeInfo = 104, GetMapKeyType = 105, GetMapValueType = 106,
        GetSequenceElementType = 107,
        SessionGetModelMetadata = 111, ModelMetadataGetProducerName = 112, ModelMetadataGetGraphName = 113,
        ModelMetadataGetDescription = 115, ModelMetadataLookupCustomMetadataMap = 116, ModelMetadataGetVersion = 117,
        ReleaseModelMetadata = 118, ModelMetadataGetCustomMetadataMapKeys = 123,
        GetAvailableProviders = 125, ReleaseAvailableProviders = 126,
        GetStringTensorElementLength = 127, GetStringTensorElement = 128, AddSessionConfigEntry = 130,
        CreateAllocator = 131, ReleaseAllocator = 132, CreateAndRegisterAllocator = 144, ReleaseArenaCfg = 157, CreateArenaCfgV2 = 164,
        SessionOptionsAppendExecutionProvider = 216, GetKeyValue = 297, ReleaseKeyValuePairs = 300, AllocatorGetStats = 319;
}
