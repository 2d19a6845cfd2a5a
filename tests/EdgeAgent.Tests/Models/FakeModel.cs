using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;

namespace EdgeAgent.Tests.Models;

/// <summary>A model made of a function from one row's features and states to its outputs; counts what it was asked.</summary>
sealed class FakeModel(int features, int states, int outputs, int maxRows, FakeModel.Row row, string version = "1") : IModel
{
    public delegate void Row(ReadOnlySpan<double> features, Span<double> states, Span<double> outputs);

    public ModelIdentity Identity { get; } = new("fake", version, "00ff");

    public DriftPlan? Drift { get; init; }

    public bool? IsFieldMajor { get; init; }

    public int MaxRows => maxRows;

    public int FeatureCount => features;

    public int StateCount => states;

    public int OutputCount => outputs;

    public RunResult Next { get; set; }

    public int Rows { get; private set; }

    public bool IsDisposed { get; private set; }

    public RunResult Run(int rows, ReadOnlySpan<double> given, Span<double> memory, Span<double> results)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (rows < 1 || rows > maxRows || given.Length != rows * features || memory.Length != rows * states
            || results.Length != rows * outputs)
            throw new ArgumentException($"{rows} rows, {given.Length} features, {memory.Length} states, {results.Length} outputs");
        if (Next != RunResult.Ok) return Next;
        for (var i = 0; i < rows; i++)
            row(given.Slice(i * features, features), memory.Slice(i * states, states), results.Slice(i * outputs, outputs));
        Rows += rows;
        return RunResult.Ok;
    }

    public void Dispose() => IsDisposed = true;
}
