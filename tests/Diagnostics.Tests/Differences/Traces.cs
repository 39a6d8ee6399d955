using TrainingDoctor.Differences;

namespace TrainingDoctor.Tests.Differences;

/// <summary>Runs made up of curves, for comparisons.</summary>
internal static class Traces
{
    /// <summary>A run of which only the loss is known.</summary>
    public static RunTrace OfLoss(Func<long, double> loss, int steps = 400) => Of(new RunDescription(), steps, (Metric.Loss, string.Empty, loss));

    /// <summary>A run of several curves, measured at each step.</summary>
    public static RunTrace Of(RunDescription run, int steps, params (Metric Metric, string Scope, Func<long, double> Value)[] curves)
    {
        var scopes = new ScopeTable();
        var trace = new RunTrace(scopes);
        trace.Begin(run);
        for (long step = 0; step < steps; step++)
        {
            foreach (var (metric, scope, value) in curves)
            {
                int id = scope.Length == 0 ? ScopeTable.Run : scopes.Intern(MetricCatalog.Describe(metric).Scope, scope);
                trace.Observe(new Measurement(step, metric, id, value(step)));
            }
        }

        trace.Complete();
        return trace;
    }

    /// <summary>A training of two layers as a monitor sees it: all that is measured follows from the seed, the rate and the scale of the inputs.</summary>
    public static RunTrace Training(int seed, double rate = 0.1, double inputs = 1, double initial = 0.1, long rateFrom = 0, int steps = 200)
    {
        // The same random numbers for the same seed: what acts later leaves what came before as it was.
        double Noise(long step, int series) => new Random(unchecked((int)((((seed * 31L) + series) * 1_000_003) + step))).NextDouble() - 0.5;
        double own = 1 + (0.2 * (new Random(seed).NextDouble() - 0.5));
        double Rate(long step) => step < rateFrom ? 0.1 : rate;
        double Progress(long step) => Enumerable.Range(0, (int)step).Sum(s => Rate(s)) * inputs * initial / 0.1;
        double Loss(long step) => own * ((2.3 * Math.Exp(-Progress(step) / 2)) + 0.05) * (1 + (0.05 * Noise(step, 1)));
        var run = new RunDescription { Optimizer = new OptimizerDescription { TypeName = "SGD", LearningRates = [rateFrom == 0 ? rate : 0.1] } };
        return Of(
            run,
            steps,
            (Metric.InputStandardDeviation, string.Empty, step => inputs * (1 + (0.02 * Noise(step, 2)))),
            (Metric.InputMean, string.Empty, step => inputs * 0.1 * (1 + (0.02 * Noise(step, 3)))),
            (Metric.OutputStandardDeviation, "0", step => own * inputs * initial * (1 + (0.05 * Noise(step, 4)) + (0.01 * Progress(step)))),
            (Metric.OutputAbsoluteMaximum, "0", step => own * inputs * initial * 3 * (1 + (0.1 * Noise(step, 5)) + (0.01 * Progress(step)))),
            (Metric.BatchVariation, "0", step => own * 0.5 * (1 + (0.05 * Noise(step, 6)) + (0.01 * Progress(step)))),
            (Metric.OutputStandardDeviation, "1", step => own * inputs * initial * 0.5 * (1 + (0.05 * Noise(step, 7)) + (0.01 * Progress(step)))),
            (Metric.Loss, string.Empty, Loss),
            (Metric.GlobalGradientNorm, string.Empty, step => Loss(step) * inputs * (1 + (0.1 * Noise(step, 8)))),
            (Metric.LearningRate, string.Empty, Rate),
            (Metric.GlobalUpdateRatio, string.Empty, step => Rate(step) * Loss(step) * inputs / initial * (1 + (0.1 * Noise(step, 9)))),
            (Metric.GlobalWeightNorm, string.Empty, step => own * initial * (1 + (0.05 * Progress(step + 1)))),
            (Metric.ValidationLoss, string.Empty, step => Loss(step) * (1.1 + (0.05 * Noise(step, 10)))));
    }
}
