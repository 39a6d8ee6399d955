using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Shell;

/// <summary>How much of some logs has been read, in bytes, however many of them are read at a time.</summary>
/// <param name="logs">The logs.</param>
internal sealed class ReadingProgress(IReadOnlyList<LogSource> logs)
{
    private readonly long[] _sizes = [.. logs.Select(SizeOf)];
    private readonly long[] _read = new long[logs.Count];

    /// <summary>Gets the bytes that all logs have, where that is known before they are read.</summary>
    public long Size => _sizes.Sum();

    /// <summary>Gets the bytes that have been read.</summary>
    public long Read => Enumerable.Range(0, _read.Length).Sum(log => Math.Min(_sizes[log], Interlocked.Read(ref _read[log])));

    /// <summary>Takes how far one log has been read.</summary>
    /// <param name="log">Its index.</param>
    public IProgress<long> Of(int log) => new Counter(this, log);

    /// <summary>Notes that a log is done, of which a part may never be read: what follows a wrong length, for instance.</summary>
    /// <param name="log">Its index.</param>
    public void Finish(int log) => Interlocked.Exchange(ref _read[log], _sizes[log]);

    private static long SizeOf(LogSource log) => File.Exists(log.Path) ? new FileInfo(log.Path).Length
        : Directory.Exists(log.Path) ? new DirectoryInfo(log.Path).EnumerateFiles().Sum(file => file.Length)
        : 0;

    /// <summary>Counts on from where the file before ended: a log may be of several files.</summary>
    private sealed class Counter(ReadingProgress whole, int log) : IProgress<long>
    {
        private long _last;

        public void Report(long value)
        {
            long before = Interlocked.Exchange(ref _last, value);
            Interlocked.Add(ref whole._read[log], value >= before ? value - before : value);
        }
    }
}
