using EdgeAgent.Core.Settings;
using EdgeAgent.Network;

namespace EdgeAgent.Web;

/// <summary>Puts the proxy of a configuration in force, for all connections that are opened from then on.</summary>
static class OutgoingProxy
{
    /// <summary>Uses <paramref name="settings"/>; null for no proxy.</summary>
    public static void Use(ProxySettings? settings) => Dialer.Proxy = settings is null ? null
        : new HttpProxy(settings.Host, settings.Port, host => DirectHosts.Have(settings.NoProxy, host))
        {
            Username = settings.Username, Password = settings.Password?.Reveal(),
        };
}
