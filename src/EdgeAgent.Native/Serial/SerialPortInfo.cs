namespace EdgeAgent.Native.Serial;

/// <summary>One serial port of this machine.</summary>
/// <param name="Path">Device path.</param>
/// <param name="Driver">Kernel driver.</param>
/// <param name="UsbIds">USB vendor and product id, <c>vvvv:pppp</c>; null when it is not on USB.</param>
/// <param name="Product">Manufacturer, product and serial number as the device says; null when it says nothing.</param>
/// <param name="StablePaths">Links under <c>/dev/serial</c> that stay the same over renumbering.</param>
/// <param name="Holder">Process that has it open, as far as this user may see; null for none.</param>
public sealed record SerialPortInfo(string Path, string Driver, string? UsbIds, string? Product, IReadOnlyList<string> StablePaths,
    int? Holder)
{
    /// <summary>The holder with its name, or empty.</summary>
    public string HolderText => Holder is { } id ? $"{id}{SerialLock.NameOf(id)}" : "";
}
