using TrainingDoctor.Cures;

namespace TrainingDoctor;

/// <summary>
/// Tries remedies on a user's own program: trains it as it is under the monitor, applies the prescribed remedies to fresh copies from the same seed, lets the better half of them
/// go on (successive halving, Jamieson and Talwalkar 2016), and trains the best to the end. What is left of the problem then is diagnosed and treated again, on top of the best so far.
/// </summary>
public static class RemedyTrial
{
    /// <summary>Runs the trials.</summary>
    /// <param name="program">The program.</param>
    /// <param name="options">How to try; null for the defaults.</param>
    /// <param name="progress">Is told what is being tried; null for nobody.</param>
    /// <param name="cancellationToken">Ends the trials with an exception.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of bounds.</exception>
    public static Task<RemedyTrialReport> RunAsync(
        ITrainingProgram program, RemedyTrialOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= new RemedyTrialOptions();
        options.Validate();

        // Torch's generator of random numbers belongs to the process: trials take turns on one thread.
        return Task.Run(() => new TrialSession(program, options, progress, cancellationToken).Run(), cancellationToken);
    }
}
