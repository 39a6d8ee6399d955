using System.Globalization;
using TrainingDoctor.Corpus;
using TrainingDoctor.Differences;
using TrainingDoctor.Readers;

namespace TrainingDoctor.Benchmarks.Differences;

/// <summary>The telemetry that <c>benchmarks/Accuracy -- --record DIR</c> kept of the corpus.</summary>
/// <param name="folder">The folder.</param>
/// <param name="isLog">Whether only that is read which a printed log holds.</param>
internal sealed class Recordings(string folder, bool isLog)
{
    private static readonly HashSet<Metric> OfLogs =
        [Metric.Loss, Metric.Accuracy, Metric.ValidationLoss, Metric.ValidationAccuracy, Metric.LearningRate, Metric.GlobalGradientNorm, Metric.Epoch];

    /// <summary>Reads a run; null when it was not recorded.</summary>
    public RunTrace? Read(CorpusProgram program, int seed)
    {
        RunTrace? trace = null;
        return Read(program, seed, scopes => trace = new RunTrace(scopes)) ? trace : null;
    }

    /// <summary>Reads a run into a sink; false when it was not recorded.</summary>
    public bool Read(CorpusProgram program, int seed, Func<ScopeTable, IMeasurementSink> open)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{program.Name.Replace('/', '+')}.{seed}.jsonl"));
        try
        {
            if (!File.Exists(path))
            {
                return false;
            }

            LogOpener.Open(path)[0].Read((_, scopes) => isLog ? new LogView(open(scopes)) : open(scopes));
            return true;
        }
        catch (LogFormatException)
        {
            return false;
        }
    }

    /// <summary>Lets through what a log holds.</summary>
    private sealed class LogView(IMeasurementSink sink) : IMeasurementSink
    {
        public void Begin(RunDescription run) => sink.Begin(new RunDescription { Name = run.Name });

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (OfLogs.Contains(measurement.Metric))
            {
                sink.Observe(measurement);
            }
        }

        public void Complete() => sink.Complete();
    }
}
