using TorchSharp;
using TrainingDoctor.Models;
using static TorchSharp.torch;

namespace TrainingDoctor.Interventions;

/// <summary>Watches which units of a rectifier answer no sample, and gives those fresh weights.</summary>
internal sealed class UnitRecycling : IDisposable
{
    private const int StepsToWatch = 10;
    private readonly nn.Module<Tensor, Tensor> _activation;
    private readonly nn.Module _source;
    private readonly nn.Module? _next;
    private readonly nn.Module<Tensor, Tensor>.HookRemover _remover;
    private Tensor? _answered;
    private int _calls;

    private UnitRecycling(nn.Module<Tensor, Tensor> activation, nn.Module source, nn.Module? next)
    {
        (_activation, _source, _next) = (activation, source, next);
        _remover = activation.register_forward_hook((_, _, output) =>
        {
            Watch(output);
            return output;
        });
    }

    /// <summary>Gets a value indicating whether enough was seen.</summary>
    public bool IsReady => _calls >= StepsToWatch;

    /// <summary>Begins to watch a layer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The path of the rectifier.</param>
    /// <returns>Null where the layers around it cannot be told: it is none that is called with one tensor, or nothing with weights is before it.</returns>
    public static UnitRecycling? Begin(nn.Module model, string layer)
    {
        var leaves = ModuleWalk.Leaves(model);
        int index = leaves.FindIndex(item => item.name == layer);
        int source = index < 0 ? -1 : leaves.FindLastIndex(index, item => Weight(item.module) is not null);
        int next = index < 0 ? -1 : leaves.FindIndex(index, item => Weight(item.module) is not null);
        return source >= 0 && leaves[index].module is nn.Module<Tensor, Tensor> activation ? new UnitRecycling(activation, leaves[source].module, next < 0 ? null : leaves[next].module) : null;
    }

    /// <summary>Gives the units that answered nothing fresh weights.</summary>
    /// <returns>How many there were, and what takes it back; null when none could be recycled.</returns>
    public (long Units, Action Undo)? Recycle()
    {
        var weight = Weight(_source)!;
        if (_answered is not { } answered || answered.shape[0] != weight.shape[0])
        {
            return null;
        }

        using var guard = no_grad();
        using var isDead = answered.logical_not();
        using var rows = isDead.nonzero().reshape(-1);
        long count = rows.shape[0];
        if (count == 0)
        {
            return null;
        }

        var undo = new List<Action>();
        using (var fresh = empty_like(weight))
        {
            nn.init.kaiming_normal_(fresh);
            Put(weight, rows, 0, fresh.index_select(0, rows), undo);
        }

        if (_source.named_parameters(recurse: false).Where(item => item.name == "bias").Select(item => item.parameter).FirstOrDefault() is { } bias)
        {
            Put(bias, rows, 0, zeros(count, dtype: bias.dtype, device: bias.device), undo);
        }

        // Only where the next layer takes these units one to one can their outgoing weights be told; a model whose units are all dead has nothing to keep quiet.
        if (_next is not null && Weight(_next) is { } outgoing && outgoing.shape[1] == answered.shape[0] && count < answered.shape[0])
        {
            using var present = outgoing.index_select(1, rows);
            Put(outgoing, rows, 1, zeros_like(present), undo);
        }

        return (count, () => undo.ForEach(action => action()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _remover.remove();
        _answered?.Dispose();
        GC.KeepAlive(_activation);
    }

    private static Tensor? Weight(nn.Module module) => module.named_parameters(recurse: false).Where(item => item.name == "weight" && item.parameter.dim() >= 2).Select(item => item.parameter).FirstOrDefault();

    private static void Put(Tensor parameter, Tensor rows, long dimension, Tensor values, List<Action> undo)
    {
        long[] indices = rows.data<long>().ToArray();
        var old = parameter.index_select(dimension, rows).DetachFromDisposeScope();
        parameter.index_copy_(dimension, rows, values);
        values.Dispose();
        undo.Add(() =>
        {
            using var guard = no_grad();
            using var index = tensor(indices, device: parameter.device);
            parameter.index_copy_(dimension, index, old);
            old.Dispose();
        });
    }

    private void Watch(Tensor output)
    {
        if (IsReady || output.dim() < 2)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();

        // Units lie along dimension 1: features of a sample, or channels of an image. Compared with a tensor, since TorchSharp 0.107 may free a scalar before its call.
        var units = output.detach().transpose(0, 1).reshape(output.shape[1], -1).gt(zeros(1, dtype: output.dtype, device: output.device)).any(1);
        var all = _answered is null ? units : _answered.logical_or(units);
        _answered?.Dispose();
        _answered = all.DetachFromDisposeScope();
        _calls++;
    }
}
