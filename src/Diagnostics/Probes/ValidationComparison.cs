using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Compares what is fed in for a validation with what is fed in for training, feature by feature.</summary>
/// <param name="ignored">The class index that the loss leaves out, as it says itself; null where it does not say.</param>
internal sealed class ValidationComparison(long? ignored)
{
    private const int MostBatches = 256;
    private const int MostForms = 16;
    private const int FewestTrained = 32;
    private const int FewestValidated = 16;
    private readonly FeatureMoments _trained = new();
    private readonly FeatureMoments _trainedTargets = new();
    private FeatureMoments _validated = new();
    private FeatureMoments _validatedTargets = new();
    private readonly ClassComparison _classes = new(ignored);
    private PairedMoments _answers = new();
    private int? _form;
    private bool _comparesTargets;
    private long _passes;

    /// <summary>Takes the input of a training step.</summary>
    public void AddTraining(Tensor input) => Add(_trained, input);

    /// <summary>Takes the target of a training step.</summary>
    public void AddTrainingTarget(Tensor target) => Add(_trainedTargets, target);

    /// <summary>Takes what the loss of a training step compares: the shape of the outputs, and the targets.</summary>
    public void AddTrainingClasses(long[] prediction, Tensor target) => _classes.AddTraining(prediction, target);

    /// <summary>Takes the output of an evaluation, where no loss is seen to compare it.</summary>
    public void AddEvaluationOutput(Tensor output)
    {
        if (!_comparesTargets)
        {
            NoteForm(output);
        }
    }

    /// <summary>Takes the input of an evaluation.</summary>
    public void AddEvaluation(Tensor input)
    {
        _passes++;
        Add(_validated, input);
    }

    /// <summary>Takes what the loss of an evaluation compares.</summary>
    public void AddEvaluationTarget(Tensor prediction, Tensor target)
    {
        Add(_validatedTargets, target);

        // What the loss is given says more than what the model gave before.
        _form = _comparesTargets ? _form : null;
        _comparesTargets = true;
        NoteForm(prediction);
        if (_answers.Batches < MostBatches)
        {
            _answers.Add(prediction, target);
            _classes.AddEvaluation(prediction, target);
        }
    }

    /// <summary>Tells how a validation differs from the training, and begins anew.</summary>
    /// <param name="observe">Takes the measurements.</param>
    public void Take(Action<Metric, double> observe)
    {
        observe(Metric.ValidationPassCount, _passes);
        if (Difference(_trained, _validated) is { } inputs)
        {
            observe(Metric.ValidationInputShift, inputs.Shift);
            observe(Metric.ValidationInputScale, inputs.Scale);
        }

        if (Difference(_trainedTargets, _validatedTargets) is { } targets)
        {
            observe(Metric.ValidationTargetShift, targets.Shift);
        }

        if (_answers.Correlation is { } correlation)
        {
            observe(Metric.ValidationTargetCorrelation, correlation);
        }

        if (_form is { } form)
        {
            observe(Metric.ValidationForm, form);
        }

        _classes.Take(observe);
        _answers = new PairedMoments();
        _form = null;
        (_passes, _validated, _validatedTargets) = (0, new FeatureMoments(), new FeatureMoments());
    }

    /// <summary>Notes what the outputs of the validation are: what they all are, so that one of any kind decides.</summary>
    private void NoteForm(Tensor output)
    {
        if (_passes <= MostForms && _form is not 0 && OutputForm.OfEvaluation(output) is { } form)
        {
            _form = _form is null || _form == form ? form : 0;
        }
    }

    private static void Add(FeatureMoments moments, Tensor values)
    {
        if (moments.Batches < MostBatches && values.dim() > 0 && values.NumberOfElements > 0 && values.is_floating_point() && TensorMeter.CanMeasure(values))
        {
            moments.Add(values);
        }
    }

    private static (double Shift, double Scale)? Difference(FeatureMoments trained, FeatureMoments validated)
    {
        if (trained.Rows < FewestTrained || validated.Rows < FewestValidated || trained.Width != validated.Width)
        {
            return null;
        }

        double trainedVariance = trained.MeanVariance;
        if (!(trainedVariance > 0) || !double.IsFinite(trainedVariance) || !double.IsFinite(validated.MeanVariance))
        {
            return null;
        }

        // A feature that hardly varies in training must not turn a speck into a distance.
        double floor = 0.01 * trainedVariance;
        double sum = 0;
        for (int feature = 0; feature < trained.Width; feature++)
        {
            double difference = validated.Mean(feature) - trained.Mean(feature);
            sum += difference * difference / Math.Max(trained.Variance(feature), floor);
        }

        double chance = (1.0 / trained.Rows) + (1.0 / validated.Rows);
        return (Math.Sqrt(Math.Max(0, (sum / trained.Width) - chance)), Math.Sqrt(validated.MeanVariance / trainedVariance));
    }
}
