using System.Collections.Concurrent;
using Newtonsoft.Json.Linq;
using TrainingDoctor.Host.Arguments;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Shell;
using TrainingDoctor.Host.Watch;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Host.Agents;

/// <summary>Logs that an agent asks about again and again while their runs train: each question reads what is new, and tells what has opened since the last one.</summary>
/// <param name="rules">The rules.</param>
/// <param name="folders">Where logs may be read.</param>
internal sealed class WatchedPlaces(RuleSet rules, AllowedFolders folders)
{
    /// <summary>Each place keeps what was read of its runs.</summary>
    private const int MostPlaces = 64;

    private readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    /// <summary>Looks at a log or folder once.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <returns>The runs there, and what is new.</returns>
    /// <exception cref="UsageException">Too many places are watched already.</exception>
    public JObject Look(string path, CancellationToken cancellation)
    {
        if (_places.Count >= MostPlaces && !_places.ContainsKey(path))
        {
            throw new UsageException($"{MostPlaces} places are watched already; watch a folder that holds them, or use diagnose.");
        }

        var place = _places.GetOrAdd(path, added => new Place(added, rules, folders));
        lock (place)
        {
            return place.Look(cancellation);
        }
    }

    private sealed class Place
    {
        private readonly RunBoard _board = new();
        private readonly LogWatcher _watcher;

        public Place(string path, RuleSet rules, AllowedFolders folders) => _watcher = new LogWatcher(path, folders.Within(new LogReadOptions()), ReportRequest.Of(rules), _board, new StillTime());

        public JObject Look(CancellationToken cancellation)
        {
            var opened = _watcher.Look(cancellation).Select(WatchText.Line).ToList();
            var runs = _board.Runs;
            return new JObject
            {
                ["summary"] = runs.Count == 0
                    ? "No run has begun here yet."
                    : $"{string.Join(" ", runs.Select(Sentence))} {(opened.Count > 0 ? $"New since the last look: {opened.Count}." : "Nothing new since the last look.")}",
                ["new"] = new JArray(opened),
                ["runs"] = new JArray(runs.Select(run => JObject.FromObject(RunSummary.Of(run)))),
            };
        }

        private static string Sentence(BoardRun run)
        {
            string root = run.Report.Primary is not null ? $": {WatchText.Visible(run.Report.Headline.ToString())}" : ".";
            return $"{WatchText.Name(run.Name)} is {(run.IsEnded ? "over" : "not known to be over")}, step {run.Report.Diagnosis.Facts.LastStep}, {WatchText.Word(run.Report.Verdict)} so far{root}";
        }
    }

    /// <summary>A watcher rests after each look, since it looks by itself; a question is answered with what is there now.</summary>
    private sealed class StillTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
