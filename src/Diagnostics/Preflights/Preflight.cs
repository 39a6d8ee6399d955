using TorchSharp;
using TrainingDoctor.Monitoring;
using TrainingDoctor.Preflights;
using static TorchSharp.torch;

namespace TrainingDoctor;

/// <summary>Looks at a program before it trains: a few seconds on one batch that tell what hours of training would.</summary>
/// <remarks>
/// <para>Tried are: one step in full, as a monitor measures it; whether samples, or later places of a sequence, reach outputs that are not theirs; whether outputs depend on inputs; whether evaluation repeats itself;
/// whether every parameter gets a gradient; and whether the batch can be memorised. The report is one like any other.</para>
/// <para>Afterwards parameters, buffers, gradients, the modes of all modules and torch's random numbers are what they were, bit for bit; the optimizer is read and takes no step. What a model keeps in fields of its own
/// between calls can't be put back: run the preflight on a model that was made for it then. Nothing that goes wrong in the program is thrown: it is a finding (TD7019).</para>
/// </remarks>
public static class Preflight
{
    /// <summary>Looks at a model with a loss module.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">The loss, e.g. <c>nn.CrossEntropyLoss()</c>.</param>
    /// <param name="optimizer">The optimizer, of which the settings are read; null when there is none yet.</param>
    /// <param name="input">The inputs of one batch, of four samples or more.</param>
    /// <param name="target">What the model should answer.</param>
    /// <param name="options">What else is known; null for nothing.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public static DiagnosisReport Run(
        nn.Module<Tensor, Tensor> model, nn.Module<Tensor, Tensor, Tensor> loss, optim.Optimizer? optimizer, Tensor input, Tensor target, PreflightOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        return Run(new PreflightProgram(model, model.call, loss.call, loss, optimizer, input, target), options);
    }

    /// <summary>Looks at a model with a loss written as a function.</summary>
    /// <param name="model">The model.</param>
    /// <param name="loss">Computes the loss, a single number, of the model's output and the target.</param>
    /// <param name="optimizer">The optimizer, of which the settings are read; null when there is none yet.</param>
    /// <param name="input">The inputs of one batch, of four samples or more.</param>
    /// <param name="target">What the model should answer.</param>
    /// <param name="options">What else is known; null for nothing.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public static DiagnosisReport Run(nn.Module<Tensor, Tensor> model, Func<Tensor, Tensor, Tensor> loss, optim.Optimizer? optimizer, Tensor input, Tensor target, PreflightOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        return Run(new PreflightProgram(model, model.call, loss, null, optimizer, input, target), options);
    }

    /// <summary>Looks at a model of any kind: one of several inputs, or of several outputs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="forward">Calls the model, with further inputs where it has any, and returns the output that is compared with the target. It must use the input that it is given.</param>
    /// <param name="loss">Computes the loss, a single number, of the output and the target.</param>
    /// <param name="optimizer">The optimizer, of which the settings are read; null when there is none yet.</param>
    /// <param name="input">The inputs of one batch, of four samples or more.</param>
    /// <param name="target">What the model should answer.</param>
    /// <param name="options">What else is known; null for nothing.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public static DiagnosisReport Run(
        nn.Module model, Func<Tensor, Tensor> forward, Func<Tensor, Tensor, Tensor> loss, optim.Optimizer? optimizer, Tensor input, Tensor target, PreflightOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(forward);
        ArgumentNullException.ThrowIfNull(loss);
        return Run(new PreflightProgram(model, forward, loss, null, optimizer, input, target), options);
    }

    private static DiagnosisReport Run(PreflightProgram program, PreflightOptions? options)
    {
        ArgumentNullException.ThrowIfNull(program.Input);
        ArgumentNullException.ThrowIfNull(program.Target);
        options ??= new PreflightOptions();
        options.Validate();
        return TrainingMonitor.IsSwitchedOff ? MonitorSession.Nothing(new TrainingMonitorOptions { Name = options.Name }) : new PreflightRun(program, options).Complete();
    }
}
