using System.Globalization;

namespace TrainingDoctor.Telemetry;

/// <summary>
/// A file that is only ever appended to and that goes on in a further part when it grows large. Of many parts the first, which shows how the run began, and the newest
/// are kept. What was written is with the operating system at once: a process that is killed loses nothing of it.
/// </summary>
internal sealed class RollingFile : IDisposable
{
    private const int Parts = 8;
    private const long SmallestPart = 128 * 1024;

    /// <summary>Looking whether the file is still there costs a few microseconds.</summary>
    private const int WritesPerLook = 32;

    private readonly string _path;
    private readonly long _partLength;
    private readonly Action<RollingFile, int> _begin;
    private FileStream _stream;
    private long _written;
    private int _part;
    private int _oldest = 1;
    private long _writes;

    /// <summary>Creates the first part, and its folder where that is missing; parts of an earlier recording are deleted.</summary>
    /// <param name="path">The first part; later parts have their number behind it: <c>run.jsonl.1</c>.</param>
    /// <param name="limit">How many bytes all parts may have together.</param>
    /// <param name="begin">Writes the beginning of a part, given its number.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public RollingFile(string path, long limit, Action<RollingFile, int> begin)
    {
        _path = Path.GetFullPath(path);
        _partLength = Math.Max(SmallestPart, limit / Parts);
        _begin = begin;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        foreach (var (_, part) in FindParts(_path))
        {
            File.Delete(part);
        }

        _stream = Open(_path);
    }

    /// <summary>Finds the later parts of a recording, in order.</summary>
    /// <param name="path">The first part.</param>
    public static IReadOnlyList<(int Number, string Path)> FindParts(string path)
    {
        string full = Path.GetFullPath(path);
        var parts = new List<(int, string)>();
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(full)!, Path.GetFileName(full) + ".*"))
        {
            if (file.Length > full.Length && int.TryParse(file.AsSpan(full.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                parts.Add((number, file));
            }
        }

        parts.Sort();
        return parts;
    }

    /// <summary>Appends to the present part.</summary>
    /// <param name="bytes">What to write: whole lines or records.</param>
    /// <exception cref="IOException">It cannot be written, or the file was deleted meanwhile.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_writes++ % WritesPerLook == 0 && !File.Exists(_stream.Name))
        {
            // The system would go on taking what nobody will ever find.
            throw new FileNotFoundException($"'{_stream.Name}' was deleted while it was written.", _stream.Name);
        }

        if (_stream.Position != _written)
        {
            // A write that broke off, because the disk was full, is taken back: what comes after half a line or record could not be read.
            _stream.SetLength(_written);
            _stream.Position = _written;
        }

        _stream.Write(bytes);
        _written += bytes.Length;
    }

    /// <summary>Goes on in a new part when the present one is large. To be called where a new part may begin.</summary>
    public void Roll()
    {
        if (_written < _partLength)
        {
            return;
        }

        var next = Open(NameOf(_part + 1));
        _stream.Dispose();
        (_stream, _part, _written) = (next, _part + 1, 0);
        if (_part - _oldest >= Parts - 1)
        {
            File.Delete(NameOf(_oldest++));
        }

        _begin(this, _part);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static FileStream Open(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private string NameOf(int part) => string.Create(CultureInfo.InvariantCulture, $"{_path}.{part}");
}
