using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Keeps what goes into and comes out of the model until the step is told of, and lays it beside target and loss.</summary>
/// <remarks>What it keeps are handles of its own on memory that the graph holds anyway. After the first steps only few are looked at.</remarks>
/// <param name="ignored">The class index that the loss leaves out, as it says itself; null where it does not say.</param>
/// <param name="knowsLoss">Whether the loss is a module, which says what it leaves out.</param>
internal sealed class StepComparison(long? ignored, bool knowsLoss) : IDisposable
{
    private const int Dense = 24;
    private const int Period = 16;
    private const long MostFeatures = 4096;
    private const int FewestRows = 8;
    private readonly OverlapRecognition _overlaps = new();
    private Tensor? _input;
    private Tensor? _output;
    private Tensor? _target;
    private Tensor? _layer;
    private Tensor? _made;
    private (int Scope, Tensor Input)? _taken;
    private bool? _isDealtOut;
    private bool _isCompared;
    private int _calls;
    private long _looked;

    /// <summary>Gets a value indicating whether the first dimension of the inputs is known to count samples.</summary>
    public bool AreSamplesFirst { get; private set; }

    /// <summary>Gets by how many places targets ran ahead of inputs when that was last looked at; null where they are no tokens, or it is not certain.</summary>
    public int? Shift { get; private set; }

    /// <summary>Gets a value indicating whether the loss shifts the labels itself, as those of well-known libraries do, so that what it is given is not what it compares.</summary>
    public bool ShiftsItself { get; private set; }

    /// <summary>Keeps a call of the model.</summary>
    /// <param name="input">What went in.</param>
    /// <param name="output">What came out.</param>
    public void Keep(object? input, Tensor output)
    {
        if (_calls++ > 0 || !Wants)
        {
            return;
        }

        _input = Tensors(input).OrderBy(tensor => tensor.is_floating_point()).FirstOrDefault() is { } first ? Hold(first) : null;
        if (!_isCompared)
        {
            _output = Hold(output);
        }
        else if (_output!.Handle != output.Handle)
        {
            _made = Hold(output);
        }

        if (_taken is { } taken && _input is { } image)
        {
            _isDealtOut = IsDealtOut(image, taken.Input);
        }
    }

    /// <summary>Keeps what goes into the first convolution, which may be the model's input with its axes dealt out anew.</summary>
    /// <param name="scope">The layer.</param>
    /// <param name="input">What goes in.</param>
    public void KeepImage(int scope, Tensor input)
    {
        if (Wants && _calls == 0 && _taken is null && input.dim() == 4)
        {
            _taken = (scope, Hold(input));
        }
    }

    /// <summary>Keeps the output of a layer, which may be dealt out anew on its way to the loss.</summary>
    /// <param name="output">What came out.</param>
    public void KeepLayer(Tensor output)
    {
        if (Wants && _calls == 0 && output.dim() == 3 && output.is_floating_point())
        {
            _layer?.Dispose();
            _layer = Hold(output);
        }
    }

    /// <summary>Keeps what the loss compares.</summary>
    /// <param name="prediction">What is compared.</param>
    /// <param name="target">With what.</param>
    public void KeepCompared(Tensor prediction, Tensor target)
    {
        if (_isCompared || !Wants)
        {
            return;
        }

        _isCompared = true;
        _output?.Dispose();
        (_output, _target) = (Hold(prediction), Hold(target));
    }

    /// <summary>Measures the step.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="before">The loss of the step before; NaN for none.</param>
    /// <param name="told">Its target, as it was told; null where it was not.</param>
    /// <param name="observe">Takes the measurements.</param>
    public void Measure(double loss, double before, Tensor? told, Action<Metric, int, double> observe)
    {
        if (!Wants || (_target ?? told) is not { } target)
        {
            return;
        }

        var alignment = _input is { } tokens ? SequenceAlignment.Of(tokens, target) : null;
        var recognized = _output is { } output && (_calls <= 1 || _isCompared) ? LossRecognition.Recognize(output, target, loss, ignored, alignment?.Padding) : null;
        if (_input is { } given && given.dim() > 0 && target.dim() > 0)
        {
            AreSamplesFirst = Shift is not null || (target.NumberOfElements == target.shape[0] && target.shape[0] == given.shape[0]);
        }

        if (recognized is { Kind: null } && double.IsFinite(before) && loss > before && before > 0
            && LossRecognition.Recognize(_output!, target, loss - before, ignored, alignment?.Padding) is { Kind: not null, Reduction: (int)LossReduction.Mean } added)
        {
            recognized = added with { Reduction = (int)LossReduction.Running };
        }

        int inner = 0;
        if (recognized is not null && (recognized.Kind is null || ShiftsItself) && alignment is not null && RecognizeShifted(target, loss, alignment) is { } shifted)
        {
            (recognized, inner, ShiftsItself) = (shifted, 1, true);
        }

        if (recognized is not null && _overlaps.Recognize(_output!, target, loss) is { } overlap)
        {
            // Until it is known, nothing is said: neither what it is nor that it is none, nor what else has this value by chance.
            recognized = overlap.IsKnown ? new RecognizedValue(overlap.IsBare ? LossKind.Overlap : overlap.IsSigmoid ? LossKind.OverlapWithLogits : null, (int)LossReduction.Mean) : null;
            if (overlap is { IsKnown: true, IsBare: true })
            {
                observe(Metric.ComparedOutsideFraction, ScopeTable.Run, overlap.Outside);
            }
        }

        var form = _output is { } compared && !target.is_floating_point() ? OutputForm.Of(compared) : null;
        if (form is { } rows)
        {
            observe(Metric.ComparedForm, ScopeTable.Run, rows.Kind);
            if (rows.Kind > 0)
            {
                observe(Metric.ComparedDimension, ScopeTable.Run, rows.Dimension);
            }
        }

        if (_isDealtOut is { } dealt)
        {
            observe(Metric.InputRegrouped, _taken!.Value.Scope, dealt ? 1 : 0);
        }

        if (recognized is not null)
        {
            observe(Metric.RecognizedLoss, ScopeTable.Run, recognized.Kind is { } kind ? (int)kind : -1);
            if (recognized.Kind is not null)
            {
                observe(Metric.RecognizedReduction, ScopeTable.Run, recognized.Reduction);
                observe(Metric.RecognizedActivation, ScopeTable.Run, recognized.IsActivated || IsActivatedBetween(recognized.Kind.Value, form) ? 1 : 0);
                observe(Metric.RecognizedRegrouping, ScopeTable.Run, recognized.IsRegrouped || IsRegrouped(target) ? 1 : 0);
            }

            if (recognized.Remainder is { } remainder)
            {
                observe(Metric.RecognizedRemainder, ScopeTable.Run, remainder);
            }

            if (recognized.IsBroadcast is { } broadcast)
            {
                observe(Metric.RecognizedBroadcast, ScopeTable.Run, broadcast ? 1 : 0);
            }
        }

        Shift = alignment?.Measure([.. new[] { ignored, recognized?.Ignored }.OfType<long>()], knowsLoss || recognized?.Kind is not null, inner, observe);
        if (_output is { } answers && AnswerCorrelation(answers, target) is { } agreement)
        {
            observe(Metric.OutputTargetCorrelation, ScopeTable.Run, agreement);
        }

        if (_input is { } features && FeatureCorrelation(features, target) is { } correlation)
        {
            observe(Metric.TargetFeatureCorrelation, ScopeTable.Run, correlation);
        }
    }

    /// <summary>Tries a loss that compares the output of each place with the label of the next.</summary>
    private RecognizedValue? RecognizeShifted(Tensor target, double loss, SequenceAlignment alignment)
    {
        if (_output is null || _output.dim() != 3 || target.dim() != 2 || target.shape[1] < 2)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        long last = target.shape[1] - 1;
        var answers = _output.narrow(1, 0, last).contiguous();
        return LossRecognition.Recognize(answers, target.narrow(1, 1, last).contiguous(), loss, ignored, alignment.Padding) is { Kind: not null, Reduction: (int)LossReduction.Mean } found ? found : null;
    }

    /// <summary>Lets go of what was kept.</summary>
    public void EndStep()
    {
        _looked += _calls > 0 ? 1 : 0;
        Release();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private bool Wants => _looked < Dense || _looked % Period == 0;

    private static IEnumerable<Tensor> Tensors(object? value) => value switch
    {
        Tensor tensor => [tensor],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Tensors(tuple[i])),
        _ => [],
    };

    private static Tensor Hold(Tensor tensor) => tensor.detach().DetachFromDisposeScope();

    /// <summary>A feature from which the target follows exactly is the target; of a sequence, each of its newest features is one: what came long before may be asked for on purpose.</summary>
    private static double? FeatureCorrelation(Tensor input, Tensor target)
    {
        if (!input.is_floating_point() || input.dim() is < 2 or > 3 || input.shape[0] < FewestRows || (input.NumberOfElements / input.shape[0]) is < 2 or > MostFeatures || target.NumberOfElements != input.shape[0])
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var x = (input.dim() == 2 ? input.detach() : input.detach().select(1, -1)).cpu().to_type(ScalarType.Float64);
        var y = target.detach().cpu().to_type(ScalarType.Float64).reshape(-1, 1);
        x -= x.mean([0L], keepdim: true);
        y -= y.mean([0L], keepdim: true);
        var norm = (x.square().sum([0L]) * y.square().sum()).sqrt();
        double largest = where(norm > 1e-12, (x * y).sum([0L]).abs() / norm.clamp_min(1e-300), zeros_like(norm)).max().item<double>();
        return double.IsFinite(largest) ? largest : null;
    }

    /// <summary>Tells whether logits of (samples, places, classes) reach the loss as (samples, classes, places) in the same order, reshaped and not transposed.</summary>
    private bool IsRegrouped(Tensor target)
    {
        if (_layer is not { } layer || _output is not { } output || output.dim() != 3 || target.dim() != 2 || target.is_floating_point()
            || !output.shape.SequenceEqual([layer.shape[0], layer.shape[2], layer.shape[1]]) || layer.shape[1] == layer.shape[2] || target.shape[1] != layer.shape[1])
        {
            return false;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return output.flatten().eq(layer.flatten()).all().item<bool>();
    }

    /// <summary>Tells whether the loss takes softmax or sigmoid of what is softmax or sigmoid of the output already.</summary>
    private bool IsActivatedBetween(LossKind kind, OutputForm? form)
    {
        if (kind == LossKind.CrossEntropy)
        {
            return form is { Kind: 1, Dimension: > 0 };
        }

        if (kind != LossKind.BinaryCrossEntropyWithLogits || _made is not { } made || _output is not { } output || made.NumberOfElements != output.NumberOfElements)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return made.flatten().sigmoid().allclose(output.flatten(), 1e-4, 1e-5);
    }

    /// <summary>Tells whether images of (samples, height, width, channels) came to a convolution as (samples, channels, height, width) in the same order; null where the shapes do not tell.</summary>
    private static bool? IsDealtOut(Tensor image, Tensor taken)
    {
        long[] before = image.shape;
        if (before.Length != 4 || before[1] == before[3] || !taken.shape.SequenceEqual([before[0], before[3], before[1], before[2]]) || image.dtype != taken.dtype)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return image.flatten().eq(taken.flatten()).all().item<bool>();
    }

    /// <summary>Answers that follow the targets have a correlation above 0, those that flee them one below.</summary>
    private static double? AnswerCorrelation(Tensor output, Tensor target)
    {
        if (!output.is_floating_point() || !target.is_floating_point() || output.NumberOfElements != target.NumberOfElements || output.NumberOfElements is < FewestRows or > 1 << 20)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var o = output.detach().cpu().to_type(ScalarType.Float64).flatten();
        var t = target.detach().cpu().to_type(ScalarType.Float64).flatten();
        o = o - o.mean();
        t = t - t.mean();
        double norm = Math.Sqrt(o.square().sum().item<double>() * t.square().sum().item<double>());
        return norm > 0 && double.IsFinite(norm) ? (o * t).sum().item<double>() / norm : null;
    }

    private void Release()
    {
        _layer?.Dispose();
        _made?.Dispose();
        _taken?.Input.Dispose();
        (_layer, _made, _taken, _isDealtOut) = (null, null, null, null);
        _input?.Dispose();
        _output?.Dispose();
        _target?.Dispose();
        (_input, _output, _target, _isCompared, _calls) = (null, null, null, false, 0);
    }
}
