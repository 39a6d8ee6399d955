using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace TrainingDoctor.Sources;

/// <summary>The portable debug symbols of an assembly, beside it or within it: which line each instruction comes from.</summary>
internal sealed class DebugSymbols : IDisposable
{
    private readonly MetadataReaderProvider _provider;
    private readonly MetadataReader _reader;

    private DebugSymbols(MetadataReaderProvider provider) => (_provider, _reader) = (provider, provider.GetMetadataReader());

    /// <summary>Opens the symbols of an assembly.</summary>
    /// <returns>Null where it has none that can be read.</returns>
    public static DebugSymbols? Open(Assembly assembly)
    {
        string path = assembly.IsDynamic ? string.Empty : assembly.Location;
        if (path.Length == 0 || !File.Exists(path))
        {
            return null;
        }

        try
        {
            // What the image points to outlives it: an embedded table is copied, a file beside it is read at once.
            using var image = new PEReader(new MemoryStream(File.ReadAllBytes(path)));
            return image.TryOpenAssociatedPortablePdb(path, name => File.Exists(name) ? new MemoryStream(File.ReadAllBytes(name)) : null, out var provider, out _) && provider is not null ? new DebugSymbols(provider) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Finds the place that an instruction comes from.</summary>
    /// <param name="method">The method.</param>
    /// <param name="offset">The instruction's offset in its code.</param>
    /// <returns>Null where the symbols do not tell.</returns>
    public (string File, int Line, int Column)? Find(MethodBase method, int offset)
    {
        int row = MetadataTokens.GetRowNumber(MetadataTokens.EntityHandle(method.MetadataToken));
        if (row > _reader.MethodDebugInformation.Count)
        {
            return null;
        }

        var information = _reader.GetMethodDebugInformation(MetadataTokens.MethodDebugInformationHandle(row));
        SequencePoint? last = null;
        foreach (var point in information.GetSequencePoints())
        {
            if (point.Offset > offset)
            {
                break;
            }

            last = point.IsHidden ? last : point;
        }

        return last is { } found && !found.Document.IsNil ? (_reader.GetString(_reader.GetDocument(found.Document).Name), found.StartLine, found.StartColumn) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _provider.Dispose();
}
