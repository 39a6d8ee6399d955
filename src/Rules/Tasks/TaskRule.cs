namespace TrainingDoctor.Rules.Tasks;

/// <summary>A rule on the curves that only particular kinds of training have. It judges when the run is over: such curves swing, and what they come to is what counts.</summary>
/// <typeparam name="TOptions">Thresholds, each with a default, bounds and its origin.</typeparam>
/// <param name="options">The options of this rule.</param>
public abstract class TaskRule<TOptions>(TOptions options) : Rule<TOptions>(options)
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public sealed override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(this, context);

    /// <summary>Tells why the run cannot be judged; null when it can.</summary>
    internal abstract Text? WhyNotJudged(RunFacts facts);

    /// <summary>Judges the run, which can be judged.</summary>
    internal abstract Symptom? Judge(RunFacts facts);

    private sealed class Evaluator(TaskRule<TOptions> rule, RuleContext context) : RuleEvaluator
    {
        public override Text? WhyNotEvaluated => rule.WhyNotJudged(context.Facts);

        public override void Complete()
        {
            if (rule.WhyNotJudged(context.Facts) is null && rule.Judge(context.Facts) is { } symptom)
            {
                context.Open(symptom);
            }
        }
    }
}
