using EdgeAgent.Core.Models;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;

namespace EdgeAgent.Models;

/// <content>Models of another configuration, loaded beside those that run.</content>
sealed partial class ModelHost
{
    readonly HashSet<User> _beside = []; // registered, and not in force yet
    Dictionary<string, ModelSettings>? _next;
    List<PreparedModel> _loaded = [];
    bool _isBuilding;

    /// <summary>Names of the models of <paramref name="settings"/> that stages use in another form than this:
    /// other settings, or files of another content.</summary>
    /// <exception cref="ModelException">A file cannot be read.</exception>
    public IReadOnlyList<string> Changed(IReadOnlyList<ModelSettings> settings)
    {
        lock (_loading)
        {
            List<string> used;
            lock (_lock) used = [.. _users.Select(u => u.Stage.Model)];
            return [.. settings.Where(next => used.Contains(next.Name) && !IsLoaded(next)).Select(next => next.Name)];
        }
    }

    /// <summary>Loads beside those that run what <paramref name="settings"/> needs: the models of the stages that <paramref name="build"/>
    /// makes, and the models <paramref name="changed"/> for stages of pipelines that stay. One reload at a time.</summary>
    /// <exception cref="ModelException">One cannot be used; nothing has changed.</exception>
    public void LoadBeside(IReadOnlyList<ModelSettings> settings, IReadOnlyList<string> changed, Func<string, bool> stays, Action build)
    {
        lock (_loading)
        {
            try
            {
                (_next, _isBuilding) = (settings.ToDictionary(m => m.Name), true);
                build();
                foreach (var name in changed)
                {
                    List<User> users;
                    lock (_lock)
                        users = [.. _users.Where(u => u.Stage.Model == name && !_beside.Contains(u) && stays(u.Pipeline))];
                    if (users.Count > 0) _loaded.Add(Load(_next[name], users));
                }
            }
            catch
            {
                ForgetBeside();
                throw;
            }
            finally
            {
                _isBuilding = false;
            }
        }
    }

    /// <summary>Throws away what <see cref="LoadBeside"/> loaded.</summary>
    public void ForgetBeside()
    {
        lock (_loading)
        {
            foreach (var loaded in _loaded) loaded.Dispose();
            List<User> users;
            lock (_lock)
            {
                users = [.. _beside];
                _users.RemoveAll(_beside.Contains);
                _beside.Clear();
            }

            foreach (var user in users) user.Free();
            (_next, _loaded) = (null, []);
        }
    }

    /// <summary>Puts in force what <see cref="LoadBeside"/> loaded; stages of pipelines that do not stay run no more and are
    /// freed.</summary>
    public void TakeBeside(Func<string, bool> stays)
    {
        lock (_loading)
        {
            List<User> gone;
            lock (_lock)
            {
                gone = [.. _users.Where(u => !_beside.Contains(u) && !stays(u.Pipeline))];
                _users.RemoveAll(gone.Contains);
                _beside.Clear();
                _settings = _next ?? _settings;
            }

            foreach (var loaded in _loaded) Hand(loaded);
            (_next, _loaded) = (null, []);
            foreach (var user in gone) user.Free();
        }
    }

    PreparedModel Load(ModelSettings next, List<User> users)
    {
        var loaded = new PreparedModel(next, users);
        var notes = new List<ModelNote>();
        try
        {
            using var loader = ModelLoader.Load(next, next.File, _clock, _sessions);
            var reference = next.Drift is { } drift ? ReferenceFile.Read(next.Name, drift.Reference) : null;
            using var shadow = next.Shadow is { } file ? ModelLoader.Load(next, file, _clock, _sessions) : null;
            foreach (var user in users)
            {
                var stage = loader.Fit(user.Stage, notes);
                loaded.Models.Add(loader.CreateFor(stage, notes));
                loaded.Models[^1].Drift = reference?.PlanFor(next, loader.Identity, stage);
                Tell(user, loader, loaded.Models.Count == 1);
                loaded.Shadows.Add(shadow?.CreateFor(stage));
            }

            NoteScore(next, reference, loader.Identity);
            foreach (var note in notes) Note?.Invoke($"model `{next.Name}`: {note.Message}");
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    void Hand(PreparedModel loaded)
    {
        var passedOver = new List<IModel?>();
        lock (_lock)
        {
            for (var i = 0; i < loaded.Users.Count; i++) passedOver.AddRange(loaded.Users[i].Offer(loaded.Models[i], loaded.Shadows[i]));
            _settings[loaded.Settings.Name] = loaded.Settings;
        }

        // Not under the lock, for which the commit thread would wait.
        foreach (var model in passedOver) model?.Dispose();
    }

    /// <summary>A model loaded for some stages and not handed over yet.</summary>
    sealed record PreparedModel(ModelSettings Settings, List<User> Users) : IDisposable
    {
        public List<OnnxModel> Models { get; } = [];

        public List<OnnxModel?> Shadows { get; } = [];

        public void Dispose()
        {
            foreach (var model in Models) model.Dispose();
            foreach (var model in Shadows) model?.Dispose();
        }
    }
}
