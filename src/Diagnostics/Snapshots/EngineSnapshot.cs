using System.IO.Compression;
using System.IO.Hashing;
using System.Reflection;
using System.Text;

namespace TrainingDoctor.Snapshots;

/// <summary>
/// The state of a diagnosis that goes on, as bytes that another process of the same build takes up: what follows gives the same report, to the byte, as if nothing had happened in between.
/// </summary>
/// <remarks>
/// A snapshot is as trustworthy as the place where it is kept. It is refused, and its run replayed from its record, when it is damaged, of another format, another build of this program or of the runtime,
/// or of other rules or options.
/// </remarks>
internal static class EngineSnapshot
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    /// <summary>The most bytes of a state before it is packed: what a host can spare for a moment. A monitor's every metric of 400 layers and 800 parameters makes that much.</summary>
    public const int MostBytes = 256 << 20;

    private const int HashLength = 16;

    private static ReadOnlySpan<byte> Magic => "TDSNAP"u8;

    /// <summary>Writes a state.</summary>
    /// <param name="state">Where it begins.</param>
    /// <param name="rules">The rules that the diagnosis runs with, which are not written.</param>
    /// <param name="mostBytes">The most bytes of the state before it is packed.</param>
    /// <exception cref="SnapshotException">The state is too large, or reaches something that cannot be written; the message names the path of fields to it.</exception>
    public static byte[] Write(object state, RuleSet rules, int mostBytes = MostBytes)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(rules);
        try
        {
            return Written(state, rules, mostBytes);
        }
        catch (Exception exception) when (exception is not (SnapshotException or OutOfMemoryException))
        {
            // Fields of anything are read here; a host must not end for the sake of a shortcut.
            throw new SnapshotException($"the state cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Returns what tells one version of snapshots from another, so that one that would be refused need not be fetched.</summary>
    /// <typeparam name="T">The type of that with which states begin.</typeparam>
    /// <param name="rules">The rules.</param>
    /// <exception cref="SnapshotException">The rules hold what cannot be written.</exception>
    public static string VersionOf<T>(RuleSet rules)
        where T : class
    {
        var hash = new XxHash128();
        hash.Append(BitConverter.GetBytes(Version));
        foreach (var assembly in Own(typeof(T)).Append(typeof(object).Assembly))
        {
            hash.Append(assembly.ManifestModule.ModuleVersionId.ToByteArray());
        }

        hash.Append(SharedObjects.Of(rules).Fingerprint);
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Reads a state.</summary>
    /// <typeparam name="T">The type of that with which it begins.</typeparam>
    /// <param name="snapshot">What <see cref="Write"/> gave.</param>
    /// <param name="rules">The rules that the diagnosis goes on with.</param>
    /// <param name="refusal">Why it cannot be taken up here; null when it was.</param>
    /// <returns>The state; null when it was refused.</returns>
    public static T? Read<T>(ReadOnlySpan<byte> snapshot, RuleSet rules, out string? refusal)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(rules);
        try
        {
            refusal = null;
            return (T)Read(snapshot, SharedObjects.Of(rules), typeof(T));
        }
        catch (SnapshotException exception)
        {
            refusal = exception.Message;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Its checksum is right and its builds are ours, and still it is nonsense: not for a host to die of.
            refusal = $"it cannot be read: {exception.Message}";
        }

        return null;
    }

    private static byte[] Written(object state, RuleSet rules, int mostBytes)
    {
        var shared = SharedObjects.Of(rules);
        var graph = new GraphWriter(Allowed(state.GetType()), shared, mostBytes).Write(state);
        using var bytes = new MemoryStream();
        using (var output = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            output.Write(Magic);
            output.Write7BitEncodedInt(Version);
            output.Write7BitEncodedInt(graph.Assemblies.Count);
            foreach (var assembly in graph.Assemblies)
            {
                output.Write(assembly.GetName().Name!);
                output.Write(assembly.ManifestModule.ModuleVersionId.ToByteArray());
            }

            output.Write(shared.Fingerprint);
            output.Write7BitEncodedInt(graph.Count);
            output.Write7BitEncodedInt(graph.Parts.Sum(part => part.Length));
        }

        using (var packed = new BrotliStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var part in graph.Parts)
            {
                packed.Write(part.Span);
            }
        }

        bytes.Write(XxHash128.Hash(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
        return bytes.ToArray();
    }

    private static object Read(ReadOnlySpan<byte> snapshot, SharedObjects shared, Type root)
    {
        if (snapshot.Length < Magic.Length + HashLength || !snapshot.StartsWith(Magic))
        {
            throw new SnapshotException("it is no snapshot");
        }

        byte[] content = snapshot[..^HashLength].ToArray();
        if (!XxHash128.Hash(content).AsSpan().SequenceEqual(snapshot[^HashLength..]))
        {
            throw new SnapshotException("it is damaged");
        }

        using var bytes = new MemoryStream(content, writable: false);
        using var input = new BinaryReader(bytes, Encoding.UTF8);
        bytes.Position = Magic.Length;
        int version = input.Read7BitEncodedInt();
        if (version != Version)
        {
            throw new SnapshotException($"it is of version {version} of the format, not of {Version}");
        }

        var allowed = Allowed(root);
        var assemblies = new Assembly[input.Read7BitEncodedInt()];
        for (int i = 0; i < assemblies.Length; i++)
        {
            string name = input.ReadString();
            assemblies[i] = Find(name, root);
            if (assemblies[i].ManifestModule.ModuleVersionId != new Guid(input.ReadBytes(16)))
            {
                throw new SnapshotException($"it is of another build of {name}");
            }
        }

        if (!input.ReadBytes(HashLength).AsSpan().SequenceEqual(shared.Fingerprint))
        {
            throw new SnapshotException("it is of other rules or options");
        }

        int count = input.Read7BitEncodedInt();
        int length = input.Read7BitEncodedInt();
        if (length is < 0 or > MostBytes)
        {
            throw new SnapshotException("it is larger than any state");
        }

        byte[] graph = new byte[length];
        using (var packed = new BrotliStream(bytes, CompressionMode.Decompress))
        {
            packed.ReadExactly(graph);
        }

        return new GraphReader(allowed, shared, assemblies).Read(count, graph);
    }

    private static Assembly[] Own(Type root) => [typeof(RuleEngine).Assembly, typeof(EngineSnapshot).Assembly, root.Assembly];

    private static AllowedTypes Allowed(Type root) => new(Own(root).Contains);

    private static Assembly Find(string name, Type root)
    {
        if (Own(root).FirstOrDefault(own => own.GetName().Name == name) is { } known)
        {
            return known;
        }

        if (!name.StartsWith("System.", StringComparison.Ordinal))
        {
            throw new SnapshotException($"it holds what is of {name}, which no state may hold");
        }

        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            throw new SnapshotException($"it holds what is of {name}, which is not here", exception);
        }
    }
}
