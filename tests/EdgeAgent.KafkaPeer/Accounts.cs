using System.Collections.Concurrent;

namespace EdgeAgent.KafkaPeer;

/// <summary>Users a <see cref="Front"/> lets in and their passwords; they may change while it runs. Any thread.</summary>
public sealed class Accounts
{
    readonly ConcurrentDictionary<string, string> _passwords = new();

    /// <summary>Adds a user or changes the password.</summary>
    public void Set(string user, string password) => _passwords[user] = password;

    /// <summary>The password, or null when there is no such user.</summary>
    public string? PasswordOf(string user) => _passwords.GetValueOrDefault(user);
}
