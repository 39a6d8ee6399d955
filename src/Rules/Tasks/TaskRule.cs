using TrainingDoctor.Rules.Evaluation;

namespace TrainingDoctor.Rules.Tasks;

/// <summary>A rule on the curves that only particular kinds of training have. Such curves swing, and what they come to is what counts: a run that goes on is warned of what holds from one look to the next, and its end is judged.</summary>
/// <typeparam name="TOptions">Thresholds, each with a default, bounds and its origin.</typeparam>
/// <param name="options">The options of this rule.</param>
public abstract class TaskRule<TOptions>(TOptions options) : Rule<TOptions>(options)
    where TOptions : class, new()
{
    /// <inheritdoc/>
    public sealed override RuleEvaluator CreateEvaluator(RuleContext context) => new Evaluator(this, context);

    /// <summary>Tells why the run cannot be judged; null when it can.</summary>
    internal abstract Text? WhyNotJudged(RunFacts facts);

    /// <summary>Gets how many steps a run that goes on must have measured before it is looked at.</summary>
    internal virtual int FirstLook => 32;

    /// <summary>Gets how many looks in a row must see the same.</summary>
    internal virtual int Looks => 2;

    /// <summary>Judges the run, which can be judged.</summary>
    internal abstract Symptom? Judge(RunFacts facts);

    private sealed class Evaluator : RuleEvaluator
    {
        private readonly TaskRule<TOptions> _rule;
        private readonly RuleContext _context;
        private readonly RunningVerdict _verdict;

        public Evaluator(TaskRule<TOptions> rule, RuleContext context)
        {
            _rule = rule;
            _context = context;
            _verdict = new RunningVerdict(context, rule.FirstLook, rule.Looks, () => rule.WhyNotJudged(context.Facts) is null ? rule.Judge(context.Facts) : null);
        }

        public override Text? WhyNotEvaluated => _rule.WhyNotJudged(_context.Facts);

        public override void Observe(in Measurement measurement) => _verdict.Observe(measurement.Step);

        public override void Complete() => _verdict.Complete();
    }
}
