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
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{program.Name.Replace('/', '+')}.{seed}.jsonl"));
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            RunTrace? trace = null;
            LogOpener.Open(path)[0].Read((_, scopes) =>
            {
                trace = new RunTrace(scopes);
                return isLog ? new LogView(trace) : trace;
            });
            return trace;
        }
        catch (LogFormatException)
        {
            return null;
        }
    }

    /// <summary>Lets through what a log holds.</summary>
    private sealed class LogView(RunTrace trace) : IMeasurementSink
    {
        public void Begin(RunDescription run) => trace.Begin(new RunDescription { Name = run.Name });

        public void Update(RunDescription run)
        {
        }

        public void Observe(in Measurement measurement)
        {
            if (OfLogs.Contains(measurement.Metric))
            {
                trace.Observe(measurement);
            }
        }

        public void Complete() => trace.Complete();
    }
}
