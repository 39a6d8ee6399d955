using System.Runtime.InteropServices;

namespace TrainingDoctor.Probes.Devices;

/// <summary>The management library of NVIDIA's driver (NVML), loaded when somebody asks for it and there is one.</summary>
/// <remarks>Source: NVML API Reference Guide, https://docs.nvidia.com/deploy/nvml-api/. TorchSharp has no call for a device's memory or use.</remarks>
internal sealed class NvidiaLibrary
{
    private const int Success = 0;

    /// <summary>The longest name and identity that NVML writes.</summary>
    private const int LongestText = 96;

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["nvml.dll"] : ["libnvidia-ml.so.1", "libnvidia-ml.so"];

    private static readonly Lazy<NvidiaLibrary?> Installed = new(() => Load(Names));

    private readonly CountFunction _count;
    private readonly ByIndexFunction _byIndex;
    private readonly ByIdentityFunction _byIdentity;
    private readonly TextFunction _identity;
    private readonly TextFunction _name;
    private readonly MemoryFunction _memory;
    private readonly UtilizationFunction _utilization;

    private NvidiaLibrary(nint library)
    {
        _count = Function<CountFunction>(library, "nvmlDeviceGetCount_v2");
        _byIndex = Function<ByIndexFunction>(library, "nvmlDeviceGetHandleByIndex_v2");
        _byIdentity = Function<ByIdentityFunction>(library, "nvmlDeviceGetHandleByUUID");
        _identity = Function<TextFunction>(library, "nvmlDeviceGetUUID");
        _name = Function<TextFunction>(library, "nvmlDeviceGetName");
        _memory = Function<MemoryFunction>(library, "nvmlDeviceGetMemoryInfo");
        _utilization = Function<UtilizationFunction>(library, "nvmlDeviceGetUtilizationRates");
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int InitFunction();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int CountFunction(out uint count);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int ByIndexFunction(uint index, out nint device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int ByIdentityFunction([MarshalAs(UnmanagedType.LPStr)] string identity, out nint device);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TextFunction(nint device, [Out] byte[] text, uint length);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int MemoryFunction(nint device, out DeviceBytes memory);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int UtilizationFunction(nint device, out DevicePercent utilization);

    /// <summary>Gets the library of this machine; null where there is none.</summary>
    public static NvidiaLibrary? OfThisMachine => Installed.Value;

    /// <summary>Gets the number of devices of the machine; 0 where the driver does not tell it.</summary>
    public uint Count => _count(out uint count) == Success ? count : 0;

    /// <summary>Loads the library and begins to use it.</summary>
    /// <param name="names">What it may be called, in the order in which to try.</param>
    /// <returns>Null where there is none, it lacks what is asked for, or the driver does not answer.</returns>
    public static NvidiaLibrary? Load(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                try
                {
                    return Function<InitFunction>(library, "nvmlInit_v2")() == Success ? new NvidiaLibrary(library) : null;
                }
                catch (EntryPointNotFoundException)
                {
                    // An old driver.
                    return null;
                }
            }
        }

        return null;
    }

    /// <summary>Finds a device by its place in the order of the driver.</summary>
    /// <returns>Null where there is none.</returns>
    public nint? ByIndex(uint index) => _byIndex(index, out nint device) == Success ? device : null;

    /// <summary>Finds a device by its identity.</summary>
    /// <returns>Null where there is none.</returns>
    public nint? ByIdentity(string identity) => _byIdentity(identity, out nint device) == Success ? device : null;

    /// <summary>Tells the identity of a device, <c>GPU-…</c>; empty where the driver does not tell it.</summary>
    public string IdentityOf(nint device) => TextOf(_identity, device);

    /// <summary>Tells the model of a device; empty where the driver does not tell it.</summary>
    public string NameOf(nint device) => TextOf(_name, device);

    /// <summary>Tells how many bytes of a device's memory are in use.</summary>
    /// <returns>Null where the driver does not tell it.</returns>
    public double? MemoryOf(nint device) => _memory(device, out var memory) == Success ? memory.Used : null;

    /// <summary>Tells in which share of the last moments a device was busy.</summary>
    /// <returns>From 0 to 1; null where the driver does not tell it.</returns>
    public double? UtilizationOf(nint device) => _utilization(device, out var utilization) == Success ? utilization.Device / 100.0 : null;

    private static T Function<T>(nint library, string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));

    private static string TextOf(TextFunction tell, nint device)
    {
        byte[] text = new byte[LongestText];
        return tell(device, text, LongestText) == Success ? System.Text.Encoding.ASCII.GetString(text.AsSpan(0, Math.Max(0, text.AsSpan().IndexOf((byte)0)))) : string.Empty;
    }

    /// <summary>Laid out as <c>nvmlMemory_t</c>, in bytes.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct DeviceBytes(ulong Total, ulong Free, ulong Used);

    /// <summary>Laid out as <c>nvmlUtilization_t</c>, in per cent.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct DevicePercent(uint Device, uint Memory);
}
