namespace TrainingDoctor.Tests;

/// <summary>A test that needs the maintainers' folder beside the repository; it is skipped with a reason where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (Repository.Shared is null)
        {
            Skip = "needs the folder 'shared' beside the repository";
        }
    }
}
