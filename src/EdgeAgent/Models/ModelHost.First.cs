using System.Globalization;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;

namespace EdgeAgent.Models;

/// <content>The first model of each stage: loaded when the stage is made, or side by side while the agent starts.</content>
sealed partial class ModelHost
{
    /// <summary>Most models that are loaded at a time: each takes a few times its file meanwhile.</summary>
    public const int MostAtOnce = 4;

    /// <summary>Size of a file [bytes] above which no two are loaded at a time.</summary>
    public const long LargeBytes = 4 << 20;

    // An optimiser runs over the graph.
    const int StackBytes = 4 << 20;
    static readonly TimeSpan LongestLoad = TimeSpan.FromSeconds(10);
    readonly Lock _large = new();
    Thread? _loader;

    /// <summary>Whether stages of the first configuration get their models from <see cref="BeginLoading"/> on, and not when they are
    /// made.</summary>
    public bool LoadsLater { get; init; }

    /// <summary>Loads what stages wait for, models side by side, and returns at once. Swaps wait until all are there. Once.</summary>
    public void BeginLoading()
    {
        Queue<IGrouping<string, User>> waiting;
        lock (_lock) waiting = new(_users.Where(u => u.IsLoading).GroupBy(u => u.Stage.Model).ToList());
        if (waiting.Count == 0) return;
        using var began = new ManualResetEventSlim();
        _loader = new Thread(() =>
        {
            lock (_loading)
            {
                began.Set();
                LoadSideBySide(waiting);
            }
        }, StackBytes) { IsBackground = true, Name = "models" };
        _loader.Start();
        began.Wait();
    }

    /// <summary>Waits until all that <see cref="BeginLoading"/> began is there; for tests.</summary>
    internal void AwaitLoading() => _loader?.Join();

    void LoadSideBySide(Queue<IGrouping<string, User>> waiting)
    {
        void Work()
        {
            while (true)
            {
                IGrouping<string, User>? next;
                lock (waiting)
                    if (!waiting.TryDequeue(out next)) return;
                var isLarge = _settings.TryGetValue(next.Key, out var model)
                    && new FileInfo(model.File) is { Exists: true, Length: > LargeBytes };
                if (isLarge) _large.Enter();
                try
                {
                    LoadFirst(next.Key, [.. next]);
                }
                finally
                {
                    if (isLarge) _large.Exit();
                }
            }
        }

        var others = new Thread[Math.Min(Math.Min(Environment.ProcessorCount, MostAtOnce), waiting.Count) - 1];
        for (var i = 0; i < others.Length; i++)
            (others[i] = new Thread(Work, StackBytes) { IsBackground = true, Name = "models" }).Start();
        Work();
        foreach (var other in others) other.Join();
    }

    // Read and made once for all stages of the name; each that cannot use it goes without.
    void LoadFirst(string name, List<User> users)
    {
        var model = (_next ?? _settings).GetValueOrDefault(name);
        Lazy<ModelLoader> Lazily(string? file) => new(() => model is null
            ? throw new ModelException(name, "is not under `models`.") : ModelLoader.Load(model, file!, _clock, _sessions));
        var (loader, shadow) = (Lazily(model?.File), Lazily(model?.Shadow));
        try
        {
            foreach (var user in users) LoadFirst(user, model!, loader, shadow);
        }
        finally
        {
            if (loader.IsValueCreated) loader.Value.Dispose();
            if (shadow.IsValueCreated) shadow.Value.Dispose();
        }
    }

    void LoadFirst(User user, ModelSettings model, Lazy<ModelLoader> loader, Lazy<ModelLoader> shadow)
    {
        try
        {
            if (!Volatile.Read(ref _isDisposed)) Load(user, model, loader, shadow);
        }
        catch (ModelException e) when (!_isBuilding)
        {
            GoWithout(user, e);
        }
        finally
        {
            user.First?.End();
        }
    }

    void Load(User user, ModelSettings model, Lazy<ModelLoader> loader, Lazy<ModelLoader> shadow)
    {
        var isFirst = !loader.IsValueCreated;
        var notes = new List<ModelNote>();
        var stage = loader.Value.Fit(user.Stage, notes);
        var loaded = loader.Value.CreateFor(stage, notes);
        foreach (var note in notes) Note?.Invoke($"model `{model.Name}`, stage `{stage.Name}`: {note.Message}");
        loaded.Drift = DriftOf(model, loader.Value.Identity, stage);
        Tell(user, loader.Value, isFirst);
        OnnxModel? candidate = null;
        try
        {
            candidate = model.Shadow is null ? null : shadow.Value.CreateFor(stage);
        }
        finally
        {
            // Without a candidate that can be used the model itself scores.
            GiveFirst(user, loaded, candidate);
        }
    }

    void GoWithout(User user, ModelException why) =>
        _report($"{why.Message} Stage `{user.Stage.Name}` of pipeline `{user.Pipeline}` goes on without it.");

    void GiveFirst(User user, OnnxModel loaded, OnnxModel? candidate)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                user.Offer(loaded, candidate);
                return;
            }
        }

        loaded.Dispose();
        candidate?.Dispose();
    }

    void Tell(User user, ModelLoader loader, bool isFirst)
    {
        if (Log is null) return;
        var model = loader.Identity;
        var cost = isFirst && loader.Made is var (took, grew)
            ? string.Create(CultureInfo.InvariantCulture, $"in {took.TotalMilliseconds:0} ms, for {grew / 1e6:0.0} MB more memory")
            : "and shares the session that is there";
        Log($"Model {model.Name} version {model.Version} (SHA-256 {model.Sha256}) is loaded for stage {user.Stage.Name} of pipeline "
            + $"{user.Pipeline} {cost}");
    }
}
