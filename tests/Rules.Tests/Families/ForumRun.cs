namespace TrainingDoctor.Tests.Families;

/// <summary>Puts the columns of a log together as the usual frameworks write them.</summary>
internal static class ForumRun
{
    /// <summary>A row an epoch: training and validation, loss and score, as Keras' History and most hand-written loops have it.</summary>
    public static Trace Epochs(double[] loss, double[]? validation = null, double[]? score = null, double[]? validationScore = null)
    {
        var trace = Trace.Of(Metric.Epoch, Enumerable.Range(0, loss.Length).Select(i => (double)i)).And(Trace.Of(Metric.Loss, loss));
        trace = score is null ? trace : trace.And(Trace.Of(Metric.Accuracy, score));
        trace = validation is null ? trace : trace.And(Trace.Of(Metric.ValidationLoss, validation));
        return validationScore is null ? trace : trace.And(Trace.Of(Metric.ValidationAccuracy, validationScore));
    }

    /// <summary>A row every so many steps, and validations at the ends of epochs, as the Transformers trainer has it.</summary>
    public static Trace Steps(double[] loss, int every, double epochs, double[]? validation = null, double[]? validationScore = null, double[]? rate = null)
    {
        double rows = loss.Length;
        var trace = Trace.Of(Metric.Loss, loss).And(Trace.Of(Metric.Epoch, Enumerable.Range(1, loss.Length).Select(i => i * epochs / rows)));
        trace = (rate is null ? trace : trace.And(Trace.Of(Metric.LearningRate, rate))).Every(every).From(every);
        if (validation is { } losses)
        {
            long interval = Math.Max(1, loss.Length * (long)every / losses.Length);
            trace = trace.And(Trace.Of(Metric.ValidationLoss, losses).Every(interval).From(interval));
            trace = validationScore is null ? trace : trace.And(Trace.Of(Metric.ValidationAccuracy, validationScore).Every(interval).From(interval));
        }

        return trace;
    }

    /// <summary>A rate that warms up and then falls along a cosine, by the share of the run.</summary>
    public static double[] WarmCosine(int count, double peak, double warm) => [.. Enumerable.Range(0, count).Select(i =>
    {
        double t = i / (double)Math.Max(1, count - 1);
        return t < warm ? peak * (t + (1.0 / count)) / (warm + (1.0 / count)) : peak * 0.5 * (1 + Math.Cos(Math.PI * (t - warm) / (1 - warm)));
    })];

    /// <summary>A rate that falls in a straight line to next to zero.</summary>
    public static double[] Linear(int count, double peak) => [.. Enumerable.Range(0, count).Select(i => peak * (1 - (i / (double)count)))];

    /// <summary>Adds a level of zero mean that is drawn anew for each value: a score's or a loss's scatter in its own unit.</summary>
    public static double[] Jitter(this Dice dice, double deviation, params double[] values) => [.. values.Select(value => value + (deviation * dice.Normal()))];
}
