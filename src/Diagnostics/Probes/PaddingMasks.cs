using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainingDoctor.Probes;

/// <summary>Tells whether padding masks hide tokens instead of padding: each mask is laid beside the tokens that an embedding looked up before, in the first steps of a run.</summary>
/// <param name="state">Where the run stands.</param>
/// <param name="faults">Is told of faults.</param>
/// <param name="observe">Takes the measurements.</param>
internal sealed class PaddingMasks(StepState state, FaultGuard faults, Action<Metric, int, double> observe) : IDisposable
{
    private const string Part = "seeing padding masks";

    /// <summary>Looks of all layers together: a mask is made in one line, which is right or wrong from the first step on.</summary>
    private const int MostLooks = 24;

    /// <summary>A mask of segments or of one special token hides fewer kinds.</summary>
    private const int FewestKinds = 3;

    private readonly List<Action> _releases = [];
    private readonly List<Tensor> _tokens = [];
    private int _looks;

    private bool IsLooking => _releases.Count > 0 && _looks < MostLooks && state.IsSampled && !state.IsOver;

    /// <summary>Hooks a layer that takes a padding mask. A <c>TransformerEncoderLayer</c> of its own goes past its hooks where it is given one (TorchSharp 0.107).</summary>
    /// <param name="scope">The layer.</param>
    /// <param name="module">Its module; others than those of attention are passed over.</param>
    public void Hook(int scope, nn.Module module)
    {
        if (module is MultiheadAttention attention)
        {
            _releases.Add(attention.register_forward_hook((_, _, _, _, mask, _, _, result) =>
            {
                Look(scope, mask);
                return result;
            }).remove);
        }
        else if (module is TransformerEncoder encoder)
        {
            _releases.Add(encoder.register_forward_hook((_, _, _, mask, result) =>
            {
                Look(scope, mask);
                return result;
            }).remove);
        }
    }

    /// <summary>Notes what an embedding looks up.</summary>
    /// <param name="indices">Of any shape; only those of samples by places, or the other way round, are kept.</param>
    public void Note(Tensor? indices)
    {
        if (IsLooking && indices is { dtype: ScalarType.Int64 or ScalarType.Int32 } && indices.dim() == 2)
        {
            _tokens.Add(indices.alias().DetachFromDisposeScope());
        }
    }

    /// <summary>Forgets the step's tokens.</summary>
    public void EndStep()
    {
        _tokens.ForEach(tokens => tokens.Dispose());
        _tokens.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndStep();
        _releases.ForEach(release => release());
        _releases.Clear();
    }

    private void Look(int scope, Tensor? mask)
    {
        if (mask is not null && _tokens.Count > 0 && IsLooking)
        {
            LayBeside(scope, mask);
        }
    }

    // A method of its own: what the delegate closes over is allocated where it begins.
    private void LayBeside(int scope, Tensor mask) => faults.Run(Part, () =>
    {
        // Layers of TorchSharp take truths only.
        if (mask.dim() != 2 || mask.dtype != ScalarType.Bool)
        {
            return;
        }

        using var guard = NewDisposeScope();
        using var frozen = no_grad();
        bool?[] verdicts = [.. _tokens.SelectMany(tokens => new[] { tokens, tokens.t() }).Where(tokens => tokens.shape.SequenceEqual(mask.shape)).Select(tokens => IsInverted(tokens, mask))];
        if (verdicts.Contains(true) || verdicts.Contains(false))
        {
            _looks++;
            observe(Metric.PaddingMaskInverted, scope, verdicts.Contains(true) ? 1 : 0);
        }
    });

    /// <summary>Padding is one token, and tokens are many: null where neither side of the mask is one and the same.</summary>
    private static bool? IsInverted(Tensor tokens, Tensor hidden)
    {
        var hiddenKinds = tokens.masked_select(hidden).unique().output.NumberOfElements;
        var seenKinds = tokens.masked_select(hidden.logical_not()).unique().output.NumberOfElements;
        return seenKinds == 1 && hiddenKinds >= FewestKinds ? true
            : hiddenKinds == 1 && seenKinds >= FewestKinds ? false
            : null;
    }
}
