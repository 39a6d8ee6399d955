namespace TrainingDoctor;

/// <summary>The state machine of one rule on one scope of one run. Its memory must not grow with the number of steps.</summary>
public abstract class RuleEvaluator
{
    /// <summary>Gets why nothing could be said in the end; null when the rule was able to judge.</summary>
    /// <remarks>Missing is not healthy: an evaluator that has seen too few samples says so here.</remarks>
    public virtual Text? WhyNotEvaluated => null;

    /// <summary>Called once, before the first measurement.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>Takes one measurement of the rule's inputs.</summary>
    /// <param name="measurement">The measurement.</param>
    /// <remarks>An exception switches the rule off for this run (TD0001) and goes no further.</remarks>
    public virtual void Observe(in Measurement measurement)
    {
    }

    /// <summary>
    /// Called after the last measurement of a step, for evaluators of <see cref="ScopeKind.Run"/> granularity only: the place to compare scopes,
    /// since the order of measurements within a step means nothing.
    /// </summary>
    /// <param name="step">The step that is over.</param>
    public virtual void StepCompleted(long step)
    {
    }

    /// <summary>Called when the run is over.</summary>
    public virtual void Complete()
    {
    }
}
