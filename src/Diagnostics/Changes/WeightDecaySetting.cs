using System.Globalization;
using System.Reflection;
using TorchSharp;
using TrainingDoctor.Changes.Attached;
using TrainingDoctor.Programs;
using static TorchSharp.torch;

namespace TrainingDoctor.Changes;

/// <summary>Sets the weight decay that an optimizer has; one that it does not have is applied beside it, decoupled as in AdamW.</summary>
/// <param name="value">The weight decay.</param>
internal sealed class WeightDecaySetting(double value) : ProgramChange
{
    private const string Option = "weight_decay";
    private readonly WeightDecay _beside = new(value);
    private bool _isBeside;

    public override IReadOnlyList<optim.Optimizer> Optimizers(IReadOnlyList<optim.Optimizer> optimizers, nn.Module model)
    {
        _isBeside = true;
        foreach (var options in optimizers.SelectMany(optimizer => optimizer.ParamGroups).Select(group => OptionsOf(group)).OfType<object>())
        {
            // An optimizer of its own decay is set; where it decays nothing yet, a penalty in an adaptive optimizer would not be weight decay.
            if (options.GetType().GetProperty(Option) is { CanWrite: true } property && property.GetValue(options) is double and > 0)
            {
                property.SetValue(options, value);
                _isBeside = false;
            }
            else if (options.GetType().GetField(Option) is { } field && field.GetValue(options) is double and > 0)
            {
                field.SetValue(options, value);
                _isBeside = false;
            }
        }

        return optimizers;
    }

    public override void BeforeUpdate(ITreatedTraining state)
    {
        if (_isBeside && value > 0)
        {
            _beside.BeforeUpdate(state);
        }
    }

    public override string Attach(AttachedTraining training)
    {
        var optimizer = training.RequiredOptimizer;
        Optimizers([optimizer], training.Model);
        if (_isBeside && value == 0)
        {
            throw new CureNotApplicableException("the optimizer has no weight decay.");
        }

        return string.Create(CultureInfo.InvariantCulture, $"weight decay {value:R} {(_isBeside ? "beside the optimizer, decoupled" : "set in the optimizer")}");
    }

    /// <summary>Apart from the gradient, it does not matter whether weights shrink before or after a step.</summary>
    public override void AfterUntoldUpdate(ITreatedTraining training) => BeforeUpdate(training);

    private static object? OptionsOf(object group)
    {
        // The typed group hides the property of its base.
        for (var type = group.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetProperty("Options", BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly) is { } property)
            {
                return property.GetValue(group);
            }
        }

        return null;
    }
}
