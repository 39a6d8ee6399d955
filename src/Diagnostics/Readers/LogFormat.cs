namespace TrainingDoctor.Readers;

/// <summary>The formats that can be asked for; <see cref="Auto"/> decides by content.</summary>
public enum LogFormat
{
    /// <summary>Decide by content.</summary>
    Auto,

    /// <summary>JSON Lines, LLaMA-Factory and MAE logs among them, and JSON documents.</summary>
    JsonLines,

    /// <summary>Tables separated by comma, semicolon or tabulator.</summary>
    Csv,

    /// <summary>TensorBoard event files.</summary>
    TensorBoard,

    /// <summary>Hugging Face <c>trainer_state.json</c>.</summary>
    HuggingFace,

    /// <summary>Lightning's <c>metrics.csv</c>.</summary>
    Lightning,

    /// <summary>Keras' CSVLogger.</summary>
    Keras,

    /// <summary>Ultralytics' <c>results.csv</c>.</summary>
    Ultralytics,

    /// <summary>MLflow's file store.</summary>
    MLflow,

    /// <summary>Weights and Biases: <c>.wandb</c>, history and exports.</summary>
    Wandb,

    /// <summary>mmengine and mmcv.</summary>
    Mmengine,

    /// <summary>detectron2's <c>metrics.json</c>.</summary>
    Detectron2,

    /// <summary>Lines for people: nanoGPT, Megatron, fairseq, printed dictionaries and the like.</summary>
    Text,
}
