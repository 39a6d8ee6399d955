using System.Globalization;

namespace TrainingDoctor.Probes.Devices;

/// <summary>One device of NVIDIA, as its driver tells of it.</summary>
/// <param name="library">The driver's library.</param>
/// <param name="handle">What the driver knows it by.</param>
internal sealed class NvidiaDevice(NvidiaLibrary library, nint handle)
{
    /// <summary>Gets how many bytes of its memory are in use, by all programs; null where it does not tell.</summary>
    public double? MemoryInUse => library.MemoryOf(handle);

    /// <summary>Gets in which share of the last moments it was busy, from 0 to 1; null where it does not tell.</summary>
    public double? Utilization => library.UtilizationOf(handle);

    /// <summary>Finds the device that CUDA numbers so in this process.</summary>
    /// <param name="library">The driver's library.</param>
    /// <param name="index">Its number in this process.</param>
    /// <param name="visible">The value of <c>CUDA_VISIBLE_DEVICES</c>: numbers or identities of the devices that the process sees; null for all.</param>
    /// <param name="order">The value of <c>CUDA_DEVICE_ORDER</c>; null where it is not set.</param>
    /// <returns>Null where it is not certain which one is meant: CUDA puts the fastest first, the driver goes by the bus.</returns>
    public static NvidiaDevice? Find(NvidiaLibrary library, int index, string? visible, string? order)
    {
        string named = index.ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrWhiteSpace(visible))
        {
            string[] names = visible.Split(',', StringSplitOptions.TrimEntries);
            if (index >= names.Length)
            {
                return null;
            }

            named = names[index];
        }

        var all = Enumerable.Range(0, (int)Math.Min(library.Count, 1024)).Select(place => library.ByIndex((uint)place)).ToList();
        nint? found;
        if (int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out int place))
        {
            bool isOrdered = order == "PCI_BUS_ID" || all.Select(device => device is { } known ? library.NameOf(known) : string.Empty).Distinct().Count() == 1;
            found = isOrdered && place < all.Count ? all[place] : null;
        }
        else
        {
            // An identity may be cut short as long as it is of one device alone.
            found = library.ByIdentity(named) ?? (all.FindAll(device => device is { } known && library.IdentityOf(known).StartsWith(named, StringComparison.Ordinal)) is [var only] ? only : null);
        }

        return found is { } handle ? new NvidiaDevice(library, handle) : null;
    }

    /// <summary>Finds the device of this machine that CUDA numbers so in this process.</summary>
    /// <param name="index">Its number in this process.</param>
    /// <returns>Null where there is no driver, or it is not certain which one is meant.</returns>
    public static NvidiaDevice? Find(int index) => NvidiaLibrary.OfThisMachine is { } library
        ? Find(library, index, Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"), Environment.GetEnvironmentVariable("CUDA_DEVICE_ORDER"))
        : null;
}
