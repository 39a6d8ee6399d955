using System.Diagnostics.Metrics;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Configuration;
using TrainingDoctor.Host.Reporting;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Normality;
using TrainingDoctor.Readers;
using TrainingDoctor.Snapshots;

namespace TrainingDoctor.Host.Fleet.Heaps;

/// <summary>Diagnoses logs for commands that spread them over hosts, as many at a time as this one has processors. Safe for concurrent use.</summary>
internal sealed class HeapWorker : IDisposable
{
    /// <summary>Of how many heaps the listing and the rules are kept.</summary>
    private const int MostHeaps = 4;

    private readonly AllowedFolders _allowed;
    private readonly string _host;
    private readonly Counter<long> _diagnosed;
    private readonly SemaphoreSlim _processors = new(Environment.ProcessorCount);
    private readonly Lock _lock = new();
    private readonly List<(string Name, Lazy<Heap> Heap)> _heaps = [];

    /// <summary>Is ready to diagnose.</summary>
    /// <param name="allowed">The folders whose logs may be read.</param>
    /// <param name="host">What this host is called in messages.</param>
    /// <param name="meter">Counts.</param>
    public HeapWorker(AllowedFolders allowed, string host, Meter meter)
    {
        (_allowed, _host) = (allowed, host);
        _diagnosed = meter.CreateCounter<long>("training_doctor.fleet.diagnosed", "{log}", "Logs that this host has diagnosed for commands.");
    }

    /// <summary>Diagnoses logs.</summary>
    /// <param name="task">The logs.</param>
    public async Task<HeapAnswer> DiagnoseAsync(HeapTask task)
    {
        await _processors.WaitAsync().ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Diagnose(task)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is UsageException or LogFormatException or NormalFormatException or IOException or UnauthorizedAccessException)
        {
            return new HeapAnswer { Refusal = $"host {_host}: {exception.Message}" };
        }
        finally
        {
            _processors.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _processors.Dispose();

    private HeapAnswer Diagnose(HeapTask task)
    {
        var heap = Find(task);
        var logs = task.Places.Select((place, index) => LogDiagnoses.OfOne(heap.Source(place, task.Files[index], task.Names[index]), heap.Rules, CancellationToken.None)).ToList();
        _diagnosed.Add(logs.Count);
        try
        {
            return new HeapAnswer { Outcomes = HeapOutcomes.Write(logs, heap.Rules) };
        }
        catch (SnapshotException)
        {
            // A report that cannot be sent is written by who asked for it.
            return new HeapAnswer();
        }
    }

    /// <summary>Lists a heap's folders and reads its rules, once for all of its logs.</summary>
    private Heap Find(HeapTask task)
    {
        Lazy<Heap> heap;
        lock (_lock)
        {
            int known = _heaps.FindIndex(other => other.Name == task.Heap);
            heap = known >= 0 ? _heaps[known].Heap : new Lazy<Heap>(() => Open(task));
            if (known < 0)
            {
                _heaps.Add((task.Heap, heap));
                _heaps.RemoveRange(0, Math.Max(0, _heaps.Count - MostHeaps));
            }
        }

        return heap.Value;
    }

    private Heap Open(HeapTask task)
    {
        if (_allowed.Folders.Count == 0)
        {
            throw new UsageException("it diagnoses no logs for others; name the folders that it may read with TRAINDOCTOR_LOGS, or logs in its appsettings.json.");
        }

        var rules = Rules(task);
        if (HeapOutcomes.VersionOf(rules) != task.Version)
        {
            throw new UsageException("it is another version of traindoctor, or has its rules elsewhere; expected the same build as that of the command.");
        }

        var options = HeapReading.Read(task.Reading) with { Parallelism = 1 };
        return new Heap(rules, [.. task.Paths.SelectMany(path => _allowed.Open(path, options))]);
    }

    private static RuleSet Rules(HeapTask task)
    {
        var folder = Directory.CreateTempSubdirectory("traindoctor-heap-");
        try
        {
            // The default is one object, and a configuration that says nothing makes another.
            var rules = task.Configuration is null ? RuleSet.Default : RuleSetLoader.Load(Kept(folder, "traindoctor.json", task.Configuration));
            return task.Normal is null ? rules : rules.WithNormal(NormalProfile.Read(Kept(folder, "normal.json", task.Normal)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Kept(DirectoryInfo folder, string name, string content)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    private sealed record Heap(RuleSet Rules, IReadOnlyList<LogSource> Sources)
    {
        /// <summary>Finds the log that the command has found.</summary>
        public LogSource Source(int place, string file, string name) => place < Sources.Count && Is(Sources[place], file, name) ? Sources[place]
            : Sources.FirstOrDefault(source => Is(source, file, name))
            ?? throw new LogFormatException(file, "this host does not find it; expected a file system that all hosts see at the same path");

        private static bool Is(LogSource source, string file, string name) => source.Path == file && source.Name == name;
    }
}
