namespace TrainingDoctor.Benchmarks.Accuracy;

/// <summary>The five troubles of AUTOTRAINER (ICSE 2021) and its later check of the loss, every third epoch, with its default constants.</summary>
/// <remarks>Accuracy is that of the validation. It needs an accuracy, so it says nothing about regressions. Its later checks of the last layer assume Keras' softmax outputs and are left out.</remarks>
internal sealed class AutoTrainerRules(ScopeTable scopes) : Baseline("AUTOTRAINER", scopes)
{
    private const double Converged = 0.6;
    private readonly List<double> _accuracies = [];
    private readonly Dictionary<int, double> _gradients = [];
    private readonly Dictionary<int, double> _zeros = [];
    private bool _isBroken;

    protected override void Take(Measurement measurement)
    {
        var (step, metric, scope, value) = measurement;
        switch (metric)
        {
            case Metric.Loss:
                _isBroken |= !double.IsFinite(value) || value >= 1e3;
                if (value < 0)
                {
                    Raise("wrong loss", step, "output-loss-mismatch");
                }

                break;
            case Metric.GradientNorm when Parameter(scope) is { Shape.Count: >= 2 }:
                _gradients[scope] = value;
                break;
            case Metric.GradientZeroFraction when Parameter(scope) is { Shape.Count: >= 2 }:
                _zeros[scope] = value;
                break;
            case Metric.ValidationAccuracy:
                _accuracies.Add(value);
                if (_accuracies.Count % 3 == 0)
                {
                    Judge(step);
                }

                break;
        }
    }

    private void Judge(long step)
    {
        double best = _accuracies.Max();
        bool slow = _accuracies.Count >= 4 && best < Converged && _accuracies.Zip(_accuracies.Skip(1), (a, b) => b - a).Max() < 0.01;
        if (best < Converged || slow)
        {
            JudgeGradients(step);
        }

        if (Swings() >= Math.Max(1, 0.2 * _accuracies.Count))
        {
            Raise("oscillating loss", step, "oscillating-loss", "noisy-validation");
        }

        if (slow)
        {
            Raise("slow convergence", step, "slow-convergence", "stalled-loss", "underfitting", "plateaued-loss");
        }
    }

    private void JudgeGradients(long step)
    {
        var ordered = _gradients.OrderBy(pair => pair.Key).Select(pair => pair.Value).ToList();
        if (ordered.Count >= 2)
        {
            double ratio = ordered[0] / ordered[^1];
            if (ratio < 1e-3 && ordered[0] < 1e-4)
            {
                Raise("gradient vanish", step, "vanishing-gradient");
            }

            if (ratio > 70)
            {
                Raise("gradient explode", step, "exploding-gradient", "exploding-activation");
            }
        }

        if (_isBroken)
        {
            Raise("gradient explode", step, "exploding-gradient", "non-finite-loss", "non-finite-gradient", "non-finite-weights", "diverging-loss");
        }

        double count = _zeros.Keys.Sum(scope => (double)Parameter(scope)!.Count);
        if (count > 0 && _zeros.Sum(pair => pair.Value * Parameter(pair.Key)!.Count) / count >= 0.7)
        {
            Raise("dying ReLU", step, "dead-units");
        }
    }

    private int Swings()
    {
        int swings = 0;
        for (int i = 1; i + 1 < _accuracies.Count; i++)
        {
            bool peak = _accuracies[i] > _accuracies[i - 1] && _accuracies[i] >= _accuracies[i + 1];
            swings += peak && _accuracies[i] - _accuracies[i + 1] >= 0.03 ? 1 : 0;
        }

        return swings;
    }
}
