using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Which logs a host is given at a time: few enough that hosts end at about the same moment, and of about the same size.</summary>
internal static class HeapPlan
{
    /// <summary>A chunk is worth its message, and lost with its host.</summary>
    private const int MostLogs = 16;

    private const long MostBytes = 64L << 20;

    /// <summary>Cuts a heap, large logs first, so that none is begun when all others are done.</summary>
    /// <param name="sources">The logs.</param>
    public static IReadOnlyList<HeapChunk> Cut(IReadOnlyList<LogSource> sources)
    {
        var chunks = new List<HeapChunk>();
        var places = new List<int>();
        long bytes = 0;
        foreach (var (place, size) in sources.Select((source, place) => (place, SizeOf(source.Path))).OrderByDescending(log => log.Item2))
        {
            if (places.Count > 0 && (places.Count == MostLogs || bytes + size > MostBytes))
            {
                chunks.Add(new HeapChunk([.. places]));
                places.Clear();
                bytes = 0;
            }

            places.Add(place);
            bytes += size;
        }

        chunks.Add(new HeapChunk([.. places]));
        return chunks;
    }

    private static long SizeOf(string path)
    {
        try
        {
            return File.Exists(path) ? new FileInfo(path).Length : 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
