pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}

dependencyResolutionManagement {
    repositoriesMode.set(RepositoriesMode.FAIL_ON_PROJECT_REPOS)
    repositories {
        google()
        mavenCentral()
        // What `cargo xtask aar` published; a team that took the archive elsewhere names that place.
        maven {
            url = uri("../../../target/android/maven")
            content { includeGroup("org.understudy") }
        }
    }
}

rootProject.name = "understudy-sample"
