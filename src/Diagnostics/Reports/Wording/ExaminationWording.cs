namespace TrainingDoctor.Reports.Wording;

/// <summary>What was looked at, and what a run of this kind can never show, however healthy it looks.</summary>
internal static class ExaminationWording
{
    /// <summary>Returns what was looked at.</summary>
    /// <param name="report">The report.</param>
    public static IEnumerable<Text> Examined(DiagnosisReport report)
    {
        var facts = report.Diagnosis.Facts;
        foreach (var (metric, name) in new (Metric, Text)[]
        {
            (Metric.Loss, $"training loss"),
            (Metric.ValidationLoss, $"validation loss"),
            (Metric.Accuracy, $"training score"),
            (Metric.Error, $"training error"),
            (Metric.ValidationAccuracy, $"validation score"),
            (Metric.ValidationError, $"validation error"),
            (Metric.Reward, $"reward"),
            (Metric.LearningRate, $"learning rate"),
        })
        {
            if (facts.Of(metric) is { } series)
            {
                yield return series.Count == 1 ? (Text)$"{name} (1 value)" : $"{name} ({series.Count:N0} values)";
            }
        }

        if (report.Coverage is { } coverage)
        {
            yield return $"{coverage.Fired} of {coverage.Registered} layers";
        }
        else if (facts.Has(Metric.OutputMean) || facts.Has(Metric.OutputStandardDeviation))
        {
            yield return $"layers";
        }

        if (facts.Has(Metric.GlobalGradientNorm) || facts.Has(Metric.GradientNorm))
        {
            yield return $"gradients";
        }

        if (facts.Has(Metric.WeightNorm) || facts.Has(Metric.GlobalWeightNorm))
        {
            yield return $"weights";
        }

        if (facts.Has(Metric.InputStandardDeviation))
        {
            yield return $"inputs";
        }
    }

    /// <summary>Returns what cannot be told from this run.</summary>
    /// <param name="report">The report.</param>
    public static IEnumerable<Text> CannotTell(DiagnosisReport report)
    {
        var facts = report.Diagnosis.Facts;
        yield return $"wrong labels";
        yield return $"a leak between training and validation data that happened before";
        yield return $"whether the score is the one that matters";
        if (!facts.Has(Metric.ValidationLoss) && !facts.Has(Metric.ValidationAccuracy) && !facts.Has(Metric.ValidationError))
        {
            yield return $"overfitting, without a validation";
        }

        if (report.Coverage is not { Fired: > 0 } && !facts.Has(Metric.OutputMean))
        {
            yield return $"what happens inside the model: dead units, gradients of layers, initialisation";
        }
    }
}
